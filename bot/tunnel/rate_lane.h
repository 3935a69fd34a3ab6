// One direction of a service with a byte rate: the service's total budget and the queue of
// connections that wait for a turn. Has no I/O and no clock; ServiceRates calls run() when due.
//
// Turns are small and given in queue order, because connections that woke by timers of their own
// would race, and the loser could starve. A connection whose peer has used up its own budget keeps
// its place and does not hold up the others.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "bot/tunnel/byte_budget.h"

namespace ngcshare {

class RateLane {
 public:
  static constexpr size_t kTurnBytes = 16 * 1024;
  // Called with the number of bytes that may pass, never from within wait().
  using OnTurn = std::function<void(size_t bytes)>;

  // The byte account of one connection. Leaves the queue on destruction. `lane` must outlive it;
  // `peer` must be valid during each call of a Flow and, while the Flow waits, of RateLane::run().
  class Flow {
   public:
    Flow(RateLane& lane, ByteBudget& peer) : lane_(lane), peer_(peer) {}
    ~Flow();
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    bool limited() const { return lane_.total_.limited() || peer_.limited(); }
    // Returns how many bytes may pass now: at most one turn, kUnlimited without a rate, or 0 if the
    // caller has to wait().
    size_t allowance(TimePoint now);
    // Returns true if a datagram may pass now. Datagrams do not wait.
    bool admits(size_t bytes, TimePoint now);
    // Takes bytes that have passed from the budgets.
    void spend(size_t bytes, TimePoint now);
    // Joins the end of the queue for a turn. REQUIRES: not waiting.
    void wait(OnTurn on_turn);
    // Returns the earliest time at which the budgets allow a turn.
    TimePoint next_turn(TimePoint now);

   private:
    friend class RateLane;
    size_t turn(TimePoint now);

    RateLane& lane_;
    ByteBudget& peer_;
    OnTurn on_turn_;
    std::optional<uint64_t> place_;  // in the queue
  };

  void set_rate(std::optional<uint64_t> bytes_per_second, TimePoint now) {
    total_.set_rate(bytes_per_second, now);
  }
  // Gives one turn to each waiting flow whose budgets allow it. Flows that join the queue meanwhile
  // have to wait for the next call.
  void run(TimePoint now);
  // Returns when run() is due, or nullopt if no flow waits.
  std::optional<TimePoint> deadline(TimePoint now);

 private:
  ByteBudget total_;
  std::map<uint64_t, Flow*> waiting_;  // by place
  uint64_t next_place_ = 0;
};

}  // namespace ngcshare
