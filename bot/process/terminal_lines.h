// Notices lines typed at the terminal that this process is used from.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>

namespace ngcshare {

class TerminalLines {
 public:
  // Calls `on_line` from `loop`, which must outlive this object.
  TerminalLines(asio::io_context& loop, std::function<void()> on_line);

  // Begins, if standard input and output are a terminal: with another program behind a pipe, what
  // is typed is for that program. In the background, what is typed is for the shell, which would
  // stop a program that reads it.
  void start();

 private:
  void wait();
  void read_line();

  static constexpr std::chrono::seconds kBackgroundInterval{1};

  std::function<void()> on_line_;
  // The terminal opened again, because others share standard input and would find it non-blocking.
  asio::posix::stream_descriptor terminal_;
  asio::steady_timer timer_;
};

}  // namespace ngcshare
