#include "bot/target/tcp_dial.h"

#include <algorithm>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/own_exhaustion.h"
#include "bot/base/own_socket.h"
#include "bot/target/self_connection.h"

namespace ngcshare {
namespace {

// Resets a connection that the kernel has made already but nobody wants any more, so that it leaves
// no local port in TIME_WAIT.
void close(asio::ip::tcp::socket& socket) {
  asio::error_code ignored;
  if (!socket.is_open()) return;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace

std::shared_ptr<TcpDial> TcpDial::start(asio::io_context& loop, TargetEndpoints endpoints,
                                        Duration timeout, Done done, Duration head_start,
                                        std::optional<DialMark> mark, SecondSocket second) {
  if (endpoints.size() > kMostAddresses) endpoints.resize(kMostAddresses);
  const std::shared_ptr<TcpDial> dial(new TcpDial(loop, std::move(endpoints), head_start, mark,
                                                  std::move(second), std::move(done)));
  dial->timeout_.expires_after(timeout);
  dial->timeout_.async_wait([dial](const asio::error_code& error) {
    if (!error) dial->fail(asio::error::timed_out);
  });
  dial->try_next();
  return dial;
}

TcpDial::TcpDial(asio::io_context& loop, TargetEndpoints endpoints, Duration head_start,
                 std::optional<DialMark> mark, SecondSocket second, Done done)
    : loop_(loop),
      endpoints_(std::move(endpoints)),
      failure_(asio::error::host_not_found),
      timeout_(loop),
      head_start_(head_start),
      head_start_timer_(loop),
      mark_(mark),
      second_(std::move(second)),
      done_(std::move(done)) {
  sockets_.reserve(endpoints_.size());
}

void TcpDial::try_next() {
  if (!done_) return;
  const size_t index = sockets_.size();
  if (index == endpoints_.size()) {
    if (pending_ > 0) return;
    asio::post(loop_, [self = shared_from_this()] { self->fail(self->failure_); });
    return;
  }
  if (make_room()) {
    connect(index);
  } else {
    wait_head_start();
  }
}

// Returns false if an open socket has to stay the only one.
bool TcpDial::make_room() {
  const auto is_open = [](const auto& socket) { return socket.is_open(); };
  const auto open = std::count_if(sockets_.begin(), sockets_.end(), is_open);
  if (open == 2) {
    close(*std::find_if(sockets_.begin(), sockets_.end(), is_open));
  } else if (open == 1 && second_) {
    second_lease_ = second_();
    return second_lease_ != nullptr;
  }
  return true;
}

void TcpDial::connect(size_t index) {
  asio::error_code error;
  auto& socket = sockets_.emplace_back(loop_);
  socket.open(endpoints_[index].protocol(), error);
  if (error) {
    on_failed(index, error);
    return;
  }
  mark_as_own(socket);
  if (mark_) mark_->set_on(socket);
  ++pending_;
  socket.async_connect(endpoints_[index],
                       [self = shared_from_this(), index](const asio::error_code& failure) {
                         self->on_tried(index, failure);
                       });
  wait_head_start();
}

void TcpDial::wait_head_start() {
  head_start_timer_.expires_after(head_start_);
  head_start_timer_.async_wait([self = shared_from_this()](const asio::error_code& stopped) {
    if (!stopped) self->try_next();
  });
}

void TcpDial::on_tried(size_t index, const asio::error_code& error) {
  if (!done_) return;
  --pending_;
  if (!error && reaches_itself(sockets_[index])) {
    on_failed(index, asio::error::connection_refused);  // nobody listens there
  } else if (!error) {
    done(Attempt::kReached, error, std::move(sockets_[index]));
  } else if (error != asio::error::operation_aborted) {
    on_failed(index, error);
  } else if (pending_ == 0) {
    try_next();
  }
}

void TcpDial::on_failed(size_t index, const asio::error_code& error) {
  const auto& endpoint = endpoints_[index];
  log_debug("target.try_failed", "target {host} port {port}: {error}",
            Field{"host", endpoint.address().to_string()}, Field{"port", endpoint.port()},
            Field{"error", error.message()});
  if (is_own_exhaustion_at_connect(error.value(), endpoint.address().is_v4())) unable_ = error;
  if (failure_ != asio::error::connection_refused) failure_ = error;
  close(sockets_[index]);
  second_lease_ = nullptr;
  try_next();
}

void TcpDial::fail(const asio::error_code& error) {
  asio::ip::tcp::socket none(loop_);
  if (unable_) {
    done(Attempt::kNotMade, unable_, std::move(none));
  } else {
    const bool refused = failure_ == asio::error::connection_refused;
    done(Attempt::kFailed, refused ? failure_ : error, std::move(none));
  }
}

void TcpDial::done(Attempt attempt, const asio::error_code& error, asio::ip::tcp::socket socket) {
  const Done done = std::exchange(done_, nullptr);
  stop();
  if (done) done(attempt, error, std::move(socket));
}

void TcpDial::stop() {
  done_ = nullptr;
  timeout_.cancel();
  head_start_timer_.cancel();
  for (auto& socket : sockets_) close(socket);
  second_lease_ = nullptr;
}

}  // namespace ngcshare
