// Checks whether the offered services answer, from the outcomes of real connections and, where
// there are none, by connecting to each at intervals. A service is down after two failures in a row
// and up after one success.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "bot/base/steady_time.h"
#include "bot/target/check_schedule.h"
#include "bot/target/probe.h"
#include "protocol/base/entropy.h"

namespace ngcshare {

class TargetHealth {
 public:
  enum class State { kUnknown, kUp, kDown };
  struct Config {
    CheckSchedule::Interval interval;
    Duration timeout = std::chrono::seconds(5);
    size_t most_at_once = 4;
  };
  // Called after every result, from the loop or from within note(). May call watch() and forget().
  using OnResult = std::function<void(int64_t service, State state)>;

  // `loop`, `entropy` and `policy` must outlive this object and the loop's run.
  TargetHealth(asio::io_context& loop, Entropy& entropy, const TargetPolicy& policy,
               const Config& config, OnResult on_result);
  ~TargetHealth();
  TargetHealth(const TargetHealth&) = delete;
  TargetHealth& operator=(const TargetHealth&) = delete;

  // Starts checking the target of a service. A changed target starts as kUnknown; an unchanged one
  // has no effect.
  void watch(int64_t service, const Target& target);
  void forget(int64_t service);
  // Takes the outcome of a member's connection to the target. Ignores services not watched, and
  // attempts that were not made.
  void note(int64_t service, Attempt attempt);
  State state(int64_t service) const;

 private:
  static constexpr int kFailuresToBeDown = 2;

  struct Watched {
    Target target;
    State state = State::kUnknown;
    int failures = 0;  // in a row
    CheckSchedule schedule;
    std::shared_ptr<TargetProbe> probe;  // while it runs
  };
  double chance();
  void start_due();
  void probe(int64_t service, Watched& watched);
  void on_probed(int64_t service, Attempt attempt);
  void take(int64_t service, Watched& watched, Attempt attempt);
  void arm();

  asio::io_context& loop_;
  Entropy& entropy_;
  const TargetPolicy& policy_;
  const Config config_;
  OnResult on_result_;
  std::map<int64_t, Watched> watched_;
  size_t running_ = 0;
  asio::basic_waitable_timer<ProgramClock> timer_;
  std::optional<TimePoint> armed_for_;
  // Tells the handler of a timer that has already expired, and so cannot be cancelled, that this
  // object is gone.
  std::shared_ptr<TargetHealth*> alive_ = std::make_shared<TargetHealth*>(this);
};

}  // namespace ngcshare
