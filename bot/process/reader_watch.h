// Notices that the reader of a pipe has gone (`ngcshare connect … --json | head -1`), also while
// nothing is written to it.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <functional>

namespace ngcshare {

class ReaderWatch {
 public:
  // Calls `on_gone` once, from `loop`, which must outlive the watch. Never calls it if `descriptor`
  // is not the writing end of a pipe: a service manager's socket closes and comes back.
  ReaderWatch(asio::io_context& loop, int descriptor, std::function<void()> on_gone);

 private:
  std::function<void()> on_gone_;
  // An epoll of its own, because Asio would make the pipe itself non-blocking, for all who share
  // it.
  asio::posix::stream_descriptor readiness_;
};

}  // namespace ngcshare
