// Whether the services behind the offers answer: each is tried now and then by connecting to it,
// and real connections tell the same. Two failures in a row are a service that is down, one success
// is one that is up.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "bot/target_probe.h"
#include "protocol/entropy.h"

namespace ngcshare {

class TargetHealth {
 public:
  enum class State { kUnknown, kUp, kDown };
  struct Config {
    Duration interval = std::chrono::seconds(30);  // between two tries, a quarter more or less
    Duration timeout = std::chrono::seconds(5);
    size_t most_at_once = 4;
  };
  // After every result, from the loop or from inside note(). May watch() and forget().
  using OnResult = std::function<void(int64_t service, State state)>;

  // `loop`, `entropy` and `policy` outlive it and the loop's run.
  TargetHealth(asio::io_context& loop, Entropy& entropy, const TargetPolicy& policy,
               const Config& config, OnResult on_result);
  ~TargetHealth();
  TargetHealth(const TargetHealth&) = delete;
  TargetHealth& operator=(const TargetHealth&) = delete;

  // Another target than before begins as unknown; the same one changes nothing.
  void watch(int64_t service, const Target& target);
  void forget(int64_t service);
  // A connection for somebody has reached the target or not. One that isn't watched: nothing.
  void note(int64_t service, bool reached);
  State state(int64_t service) const;

 private:
  static constexpr int kFailuresToBeDown = 2;

  struct Watched {
    Target target;
    State state = State::kUnknown;
    int failures = 0;  // in a row
    TimePoint due;
    std::shared_ptr<TargetProbe> probe;  // while it runs
  };
  Duration jittered(double least, double most);
  void start_due();
  void probe(int64_t service, Watched& watched);
  void on_probed(int64_t service, bool reached);
  void arm();

  asio::io_context& loop_;
  Entropy& entropy_;
  const TargetPolicy& policy_;
  const Config config_;
  OnResult on_result_;
  std::map<int64_t, Watched> watched_;
  size_t running_ = 0;
  asio::steady_timer timer_;
  std::optional<TimePoint> armed_for_;
  // A timer that has run out can't be cancelled any more, and sees by this that all is over.
  std::shared_ptr<TargetHealth*> alive_ = std::make_shared<TargetHealth*>(this);
};

}  // namespace ngcshare
