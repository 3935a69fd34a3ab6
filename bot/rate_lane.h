// One direction of a service with a byte rate: the budget of the service in all, and who waits for
// a turn. No I/O, no clock: ServiceRates calls run() when it is due.
//
// Turns are taken in the order of waiting and are small, so that no connection starves; one whose
// own peer has used up its budget keeps its place and holds nobody else up.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "protocol/byte_budget.h"

namespace ngcshare {

class RateLane {
 public:
  static constexpr size_t kTurnBytes = 16 * 1024;
  // Called with the number of bytes that may pass; never from inside wait().
  using OnTurn = std::function<void(size_t bytes)>;

  // The bytes of one connection. Leaves the queue when it dies; the lane outlives it, and the
  // peer's budget its last use.
  class Flow {
   public:
    Flow(RateLane& lane, ByteBudget& peer) : lane_(lane), peer_(peer) {}
    ~Flow();
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    bool limited() const { return lane_.total_.limited() || peer_.limited(); }
    // How many bytes may pass now, at most one turn of them; 0: wait(). Unlimited: kUnlimited.
    size_t allowance(TimePoint now);
    // Whether a datagram may pass, which does not wait.
    bool admits(size_t bytes, TimePoint now);
    // Bytes have passed.
    void spend(size_t bytes, TimePoint now);
    // Waits for a turn behind all who wait already. REQUIRES: not waiting.
    void wait(OnTurn on_turn);
    // When its turn may come.
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
  // Gives each that waits and may go one turn. Those that wait anew meanwhile come next time.
  void run(TimePoint now);
  // When run() is due; nullopt: nobody waits.
  std::optional<TimePoint> deadline(TimePoint now);

 private:
  ByteBudget total_;
  std::map<uint64_t, Flow*> waiting_;  // by place
  uint64_t next_place_ = 0;
};

}  // namespace ngcshare
