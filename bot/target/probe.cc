#include "bot/target/probe.h"

#include <asio/post.hpp>
#include <utility>

#include "bot/base/own_exhaustion.h"
#include "bot/base/own_socket.h"

namespace ngcshare {

std::shared_ptr<TargetProbe> TargetProbe::start(asio::io_context& loop, const TargetPolicy& policy,
                                                const Target& target, Duration timeout,
                                                OnDone on_done) {
  const std::shared_ptr<TargetProbe> probe(new TargetProbe(loop, std::move(on_done)));
  probe->timeout_.expires_after(timeout);
  probe->timeout_.async_wait([probe](const asio::error_code& error) {
    if (!error) probe->done(Attempt::kFailed);
  });
  resolve_target(probe->resolver_, policy, target, [probe](TargetEndpoints endpoints) {
    probe->endpoints_ = std::move(endpoints);
    asio::post(probe->socket_.get_executor(), [probe] { probe->connect_next(); });
  });
  return probe;
}

TargetProbe::TargetProbe(asio::io_context& loop, OnDone on_done)
    : resolver_(loop), socket_(loop), timeout_(loop), on_done_(std::move(on_done)) {}

void TargetProbe::connect_next() {
  if (!on_done_) return;
  if (next_endpoint_ == endpoints_.size()) {
    done(failure_);
    return;
  }
  const auto endpoint = endpoints_[next_endpoint_++];
  asio::error_code error;
  socket_.close(error);
  socket_.open(endpoint.protocol(), error);
  if (error) {
    on_failed(endpoint, error);
    return;
  }
  mark_as_own(socket_);
  socket_.async_connect(
      endpoint, [self = shared_from_this(), endpoint](const asio::error_code& failure) {
        failure ? self->on_failed(endpoint, failure) : self->done(Attempt::kReached);
      });
}

void TargetProbe::on_failed(const asio::ip::tcp::endpoint& endpoint, const asio::error_code& why) {
  if (is_own_exhaustion_at_connect(why.value(), endpoint.address().is_v4())) {
    failure_ = Attempt::kNotMade;  // this address may be the one that answers
  }
  connect_next();
}

void TargetProbe::done(Attempt attempt) {
  const OnDone on_done = std::exchange(on_done_, nullptr);
  stop();
  if (on_done) on_done(attempt);
}

void TargetProbe::stop() {
  on_done_ = nullptr;
  resolver_.cancel();
  timeout_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace ngcshare
