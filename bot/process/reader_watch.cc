#include "bot/process/reader_watch.h"

#include <sys/epoll.h>
#include <sys/stat.h>

#include <utility>

namespace ngcshare {

ReaderWatch::ReaderWatch(asio::io_context& loop, int descriptor, std::function<void()> on_gone)
    : on_gone_(std::move(on_gone)), readiness_(loop) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISFIFO(status.st_mode)) return;
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) return;
  readiness_.assign(set);
  epoll_event only_errors{};
  if (::epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &only_errors) != 0) return;
  readiness_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [this](const asio::error_code& error) {
                          if (!error) on_gone_();
                        });
}

}  // namespace ngcshare
