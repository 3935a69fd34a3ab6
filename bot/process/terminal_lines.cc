#include "bot/process/terminal_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace ngcshare {

TerminalLines::TerminalLines(asio::io_context& loop, std::function<void()> on_line)
    : on_line_(std::move(on_line)), terminal_(loop), timer_(loop) {}

void TerminalLines::start() {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) return;
  const int opened = ::open("/dev/tty", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (opened < 0) return;
  terminal_.assign(opened);
  std::signal(SIGTTIN, SIG_IGN);  // in case the shell takes the terminal back just before a read
  wait();
}

void TerminalLines::wait() {
  terminal_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [this](const asio::error_code& error) {
                         if (!error) read_line();
                       });
}

void TerminalLines::read_line() {
  std::array<char, 256> typed;
  const bool in_foreground = ::tcgetpgrp(terminal_.native_handle()) == ::getpgrp();
  const ssize_t got =
      in_foreground ? ::read(terminal_.native_handle(), typed.data(), typed.size()) : -1;
  if (got == 0) return;  // Ctrl-D, or the terminal has gone
  if (got > 0) {
    on_line_();
    return wait();
  }
  // The line is somebody else's. Until that program takes it, waiting would return at once.
  timer_.expires_after(kBackgroundInterval);
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) wait();
  });
}

}  // namespace ngcshare
