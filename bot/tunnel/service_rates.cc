#include "bot/tunnel/service_rates.h"

#include "bot/base/steady_time.h"

namespace ngcshare {

// -- a connection ----------------------------------------------------------------------------

ServiceRates::ConnectionRates::ConnectionRates(std::shared_ptr<ServiceRates> service,
                                               const storage::Person& person)
    : service_(std::move(service)),
      person_(person),
      in_(service_->lanes_[index(Direction::kIn)], service_->budget_of(person, Direction::kIn)),
      out_(service_->lanes_[index(Direction::kOut)], service_->budget_of(person, Direction::kOut)),
      last_used_(steady_now()) {
  ++service_->peers_.at(person_).connections;
}

ServiceRates::ConnectionRates::~ConnectionRates() {
  const auto peer = service_->peers_.find(person_);
  if (--peer->second.connections == 0) service_->peers_.erase(peer);
}

size_t ServiceRates::ConnectionRates::allowance(Direction direction) {
  RateLane::Flow& wanted = flow(direction);
  return wanted.limited() ? wanted.allowance(steady_now()) : ByteBudget::kUnlimited;
}

bool ServiceRates::ConnectionRates::admits(Direction direction, size_t bytes) {
  RateLane::Flow& wanted = flow(direction);
  return !wanted.limited() || wanted.admits(bytes, steady_now());
}

void ServiceRates::ConnectionRates::spend(Direction direction, size_t bytes) {
  service_->passed_[index(direction)] += bytes;
  ++service_->pieces_[index(direction)];
  passed_[index(direction)] += bytes;
  last_used_ = steady_now();
  RateLane::Flow& spender = flow(direction);
  if (spender.limited()) spender.spend(bytes, last_used_);
}

void ServiceRates::ConnectionRates::wait(Direction direction, RateLane::OnTurn on_turn) {
  RateLane::Flow& waiter = flow(direction);
  waiter.wait(std::move(on_turn));
  service_->arm(waiter.next_turn(steady_now()));
}

// -- the service -----------------------------------------------------------------------------

std::shared_ptr<ServiceRates> ServiceRates::create(asio::io_context& loop) {
  return std::shared_ptr<ServiceRates>(new ServiceRates(loop));
}

std::shared_ptr<ServiceRates::ConnectionRates> ServiceRates::connect(
    const storage::Person& person) {
  return std::make_shared<ConnectionRates>(shared_from_this(), person);
}

void ServiceRates::set(const Rates& rates) {
  rates_ = rates;
  const TimePoint now = steady_now();
  for (RateLane& lane : lanes_) lane.set_rate(rates.total, now);
  for (auto& [person, peer] : peers_) {
    for (ByteBudget& budget : peer.budgets) budget.set_rate(rates.per_peer, now);
  }
  arm_for_all();
}

ByteBudget& ServiceRates::budget_of(const storage::Person& person, Direction direction) {
  const auto [peer, added] = peers_.try_emplace(person);
  if (added) {
    for (ByteBudget& budget : peer->second.budgets) budget.set_rate(rates_.per_peer, steady_now());
  }
  return peer->second.budgets[index(direction)];
}

// Keeps a timer that is due earlier: it will find nothing to do and set itself again.
void ServiceRates::arm(TimePoint when) {
  if (armed_for_ && *armed_for_ <= when) return;
  armed_for_ = when;
  timer_.expires_after(when - steady_now());
  timer_.async_wait([rates = weak_from_this()](const asio::error_code& error) {
    if (error) return;
    if (const auto alive = rates.lock()) alive->run();
  });
}

void ServiceRates::arm_for_all() {
  for (RateLane& lane : lanes_) {
    if (const auto when = lane.deadline(steady_now())) arm(*when);
  }
}

void ServiceRates::run() {
  armed_for_.reset();
  for (RateLane& lane : lanes_) lane.run(steady_now());
  arm_for_all();
}

}  // namespace ngcshare
