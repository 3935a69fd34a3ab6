// Tells the SIGHUP of a terminal that was closed from one that somebody sent.
#pragma once

#include <array>
#include <cstddef>

namespace ngcshare {

class TerminalWatch {
 public:
  TerminalWatch();  // looks which of standard input, output and error are terminals

  // One of them was a terminal and is none any more.
  bool has_gone() const;

 private:
  std::array<bool, 3> was_terminal_{};
};

}  // namespace ngcshare
