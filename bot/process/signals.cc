#include "bot/process/signals.h"

#include <csignal>

namespace ngcshare {

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace ngcshare
