#include "bot/process/terminal_hangup.h"

#include <unistd.h>

namespace ngcshare {

TerminalHangup::TerminalHangup() {
  for (int fd = 0; fd < 3; ++fd) was_terminal_.at(static_cast<size_t>(fd)) = ::isatty(fd) == 1;
}

// isatty() fails on a terminal that has hung up.
bool TerminalHangup::has_gone() const {
  for (int fd = 0; fd < 3; ++fd) {
    if (was_terminal_.at(static_cast<size_t>(fd)) && ::isatty(fd) == 0) return true;
  }
  return false;
}

}  // namespace ngcshare
