#include "bot/process/forced_exit.h"

#include <unistd.h>

#include <csignal>

#include "bot/process/signals.h"

namespace ngcshare {
namespace {

constexpr int kSignalExitBase = 128;  // the shells' convention for death by a signal

volatile std::sig_atomic_t late_exit_code = 0;

void die_of(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  sigset_t own;
  sigemptyset(&own);
  sigaddset(&own, signal);
  pthread_sigmask(SIG_UNBLOCK, &own, nullptr);  // blocked while its handler runs
  ::_exit(kSignalExitBase + signal);
}

void leave(int /*signal*/) { ::_exit(late_exit_code); }

}  // namespace

void end_at_once_on_signals() {
  if (!is_ignored(SIGINT)) std::signal(SIGINT, die_of);
  std::signal(SIGTERM, die_of);
}

void end_within(std::chrono::seconds time, int exit_code) {
  late_exit_code = exit_code;
  std::signal(SIGALRM, leave);
  ::alarm(static_cast<unsigned>(time.count()));
}

}  // namespace ngcshare
