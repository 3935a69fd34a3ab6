#include "bot/doctor/join_trial.h"

#include <utility>

#include "bot/base/port_in_use.h"

namespace ngcshare {

JoinTrial::JoinTrial(asio::io_context& loop, const ToxConfig& config,
                     const std::vector<BootstrapNode>& bootstrap,
                     std::chrono::milliseconds udp_patience, std::function<void()> on_done)
    : loop_(loop), udp_patience_(udp_patience), end_timer_(loop), on_done_(std::move(on_done)) {
  try {
    start(config, bootstrap);
  } catch (const PortInUseError& error) {
    fail(error.what());
    result_.port_in_use = true;
  } catch (const ToxError& error) {
    fail(error.what());
  }
}

JoinTrial::~JoinTrial() {
  if (driver_) driver_->stop();
  if (bootstrapper_) bootstrapper_->stop();
}

void JoinTrial::start(const ToxConfig& config, const std::vector<BootstrapNode>& bootstrap) {
  ToxEvents& events = *this;
  node_.emplace(config, events);
  bootstrapper_.emplace(loop_, *node_, bootstrap, !config.proxy);
  driver_.emplace(loop_, *node_, [] {});
  bootstrapper_->start();
  driver_->start();
}

void JoinTrial::fail(const std::string& problem) {
  result_.problem = problem;
  end_in(std::chrono::milliseconds(0));
}

void JoinTrial::end_in(std::chrono::milliseconds delay) {
  end_timer_.expires_after(delay);
  end_timer_.async_wait([this](const asio::error_code& error) {
    if (!error && on_done_) std::exchange(on_done_, nullptr)();
  });
}

void JoinTrial::on_connection(NetworkConnection connection) {
  bootstrapper_->on_connection(connection);
  driver_->expect_new_sockets();
  if (connection == NetworkConnection::kNone) return;
  const auto after = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin_);
  if (!result_.any) result_.any = after;
  if (connection == NetworkConnection::kUdp && !result_.udp) result_.udp = after;
  end_in(result_.udp ? std::chrono::milliseconds(0) : udp_patience_);
}

}  // namespace ngcshare
