// Distinguishes a SIGHUP caused by a closed terminal from one sent on purpose.
#pragma once

#include <array>
#include <cstddef>

namespace ngcshare {

class TerminalHangup {
 public:
  TerminalHangup();  // records which of standard input, output and error are terminals

  // Returns true if one of them was a terminal and is none now.
  bool has_gone() const;

 private:
  std::array<bool, 3> was_terminal_{};
};

}  // namespace ngcshare
