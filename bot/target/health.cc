#include "bot/target/health.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "bot/base/steady_time.h"

namespace ngcshare {

TargetHealth::TargetHealth(asio::io_context& loop, Entropy& entropy, const TargetPolicy& policy,
                           const Config& config, OnResult on_result)
    : loop_(loop),
      entropy_(entropy),
      policy_(policy),
      config_(config),
      on_result_(std::move(on_result)),
      timer_(loop) {}

TargetHealth::~TargetHealth() {
  for (const auto& [service, watched] : watched_) {
    if (watched.probe != nullptr) watched.probe->stop();
  }
}

void TargetHealth::watch(int64_t service, const Target& target) {
  const auto known = watched_.find(service);
  if (known != watched_.end() && known->second.target == target) return;
  forget(service);
  Watched& watched = watched_[service];
  watched.target = target;
  watched.schedule = CheckSchedule(config_.interval, steady_now(), chance());
  arm();
}

void TargetHealth::forget(int64_t service) {
  const auto found = watched_.find(service);
  if (found == watched_.end()) return;
  if (found->second.probe != nullptr) {
    found->second.probe->stop();
    --running_;
  }
  watched_.erase(found);
}

TargetHealth::State TargetHealth::state(int64_t service) const {
  const auto found = watched_.find(service);
  return found == watched_.end() ? State::kUnknown : found->second.state;
}

void TargetHealth::note(int64_t service, Attempt attempt) {
  const auto found = watched_.find(service);
  if (found == watched_.end() || !is_of_target(attempt)) return;
  found->second.schedule.on_used(attempt == Attempt::kReached, steady_now(), chance());
  arm();
  take(service, found->second, attempt);
}

void TargetHealth::take(int64_t service, Watched& watched, Attempt attempt) {
  if (!is_of_target(attempt)) return;
  const bool reached = attempt == Attempt::kReached;
  watched.failures = reached ? 0 : std::min(watched.failures + 1, kFailuresToBeDown);
  if (reached) watched.state = State::kUp;
  if (watched.failures == kFailuresToBeDown) watched.state = State::kDown;
  on_result_(service, watched.state);
}

double TargetHealth::chance() {
  return entropy_.next_u32() / double{std::numeric_limits<uint32_t>::max()};
}

void TargetHealth::start_due() {
  const TimePoint now = steady_now();
  std::vector<std::pair<TimePoint, int64_t>> due;
  for (const auto& [service, watched] : watched_) {
    if (watched.probe == nullptr && watched.schedule.due() <= now) {
      due.emplace_back(watched.schedule.due(), service);
    }
  }
  std::sort(due.begin(), due.end());  // longest overdue first
  for (const auto& [when, service] : due) {
    if (running_ >= config_.most_at_once) break;
    probe(service, watched_.at(service));
  }
  arm();
}

void TargetHealth::probe(int64_t service, Watched& watched) {
  ++running_;
  watched.probe =
      TargetProbe::start(loop_, policy_, watched.target, config_.timeout,
                         [this, service](Attempt attempt) { on_probed(service, attempt); });
}

void TargetHealth::on_probed(int64_t service, Attempt attempt) {
  Watched& watched = watched_.at(service);
  watched.probe = nullptr;
  --running_;
  watched.schedule.on_checked(attempt == Attempt::kReached, steady_now(), chance());
  take(service, watched, attempt);
  start_due();
}

// Needs no timer while most_at_once checks run, because the end of one of them starts the next.
void TargetHealth::arm() {
  if (running_ >= config_.most_at_once) return;
  std::optional<TimePoint> next;
  for (const auto& [service, watched] : watched_) {
    if (watched.probe == nullptr && (!next || watched.schedule.due() < *next)) {
      next = watched.schedule.due();
    }
  }
  if (!next || (armed_for_ && *armed_for_ <= *next)) return;
  armed_for_ = next;
  timer_.expires_at(to_timer_time(*next));
  timer_.async_wait([health = std::weak_ptr(alive_)](const asio::error_code& error) {
    const auto alive = health.lock();
    if (error || alive == nullptr) return;
    (*alive)->armed_for_.reset();
    (*alive)->start_due();
  });
}

}  // namespace ngcshare
