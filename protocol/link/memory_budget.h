// Memory that a process holds for streams, and the part of each account: of one link, or of what
// waits between one peer and its local programs. So neither one peer nor a hundred keys of one
// person can make a gateway hold more, and whoever needs memory later gets a share from those that
// hold more.
//
// Only memory that is held counts, not what a peer may still send: windows of idle links cost
// nothing. The memory held is at most the budget, a quarter more for what was on its way, and
// MemoryAccount::kOwnBytes for each account.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "protocol/base/clock.h"

namespace ngcshare::link {

class MemoryAccount;

class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t bytes) : bytes_(bytes) {}
  // Accounts that outlive it have no budget any more.
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  uint64_t held() const { return held_; }
  uint64_t left() const { return bytes_ > held_ ? bytes_ - held_ : 0; }

 private:
  friend class MemoryAccount;

  uint64_t fair_share(const MemoryAccount& account) const;
  bool is_far_exceeded() const { return held_ > bytes_ + bytes_ / 4; }
  void press_largest();
  void wake_all();

  const uint64_t bytes_;
  uint64_t held_ = 0;
  uint64_t large_ = 0;  // accounts that hold more than kOwnBytes
  std::vector<MemoryAccount*> accounts_;
};

class MemoryAccount {
 public:
  // Every account may hold this, however little is left of the budget.
  static constexpr uint64_t kOwnBytes = 2 * 1024 * 1024;
  // No account may hold more, however much is left.
  static constexpr uint64_t kMostBytes = 128 * 1024 * 1024;

  // `budget` nullptr: only kMostBytes counts. `on_pressed` is called when
  // pressed() becomes true because of other links; it may be called from inside a call of another
  // link, and must call none. It is called too when may_take() becomes true again.
  explicit MemoryAccount(MemoryBudget* budget, std::function<void()> on_pressed = {});
  ~MemoryAccount();
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;

  uint64_t held() const { return held_; }
  void add(uint64_t bytes);
  void remove(uint64_t bytes);

  // Returns whether it may hold `more` bytes than now: from what is left of the budget, or within a
  // fair share of it.
  bool may_hold(uint64_t more) const;
  // Returns false if the budget is exceeded so far that an account that holds more than its own
  // must not take another byte.
  bool may_take() const;
  // Returns true while the budget is exceeded and this account holds the most, so that it should
  // give up a stream that nobody reads. press() says the same of one that has reached its own
  // limit.
  bool pressed() const { return pressed_; }
  void press() { pressed_ = true; }
  // Ends the pressure, after memory was given back. It returns if that was not enough.
  void relieve() { pressed_ = false; }

 private:
  friend class MemoryBudget;

  MemoryBudget* budget_;
  const std::function<void()> on_pressed_;
  uint64_t held_ = 0;
  bool pressed_ = false;
};

// Tells whether somebody takes what a stream holds: whether at least a 64th of it was taken within
// the patience, so that all of it would be in about five minutes.
class Progress {
 public:
  static constexpr Duration kPatience = std::chrono::seconds(5);
  static constexpr uint64_t kLeastPart = 64;

  // The stream begins to hold bytes.
  void begin(TimePoint now) {
    made_at_ = now;
    taken_ = 0;
  }
  // `bytes` were taken, and `held` are left.
  void note(uint64_t bytes, uint64_t held, TimePoint now) {
    taken_ += bytes;
    if (taken_ >= held / kLeastPart) begin(now);
  }
  bool is_stuck(TimePoint now, Duration patience = kPatience) const {
    return made_at_ + patience <= now;
  }

 private:
  TimePoint made_at_{};
  uint64_t taken_ = 0;  // since made_at_
};

// Memory of changing size that an account pays for.
class MemoryCharge {
 public:
  // `account` must outlive the charge; nullptr: nobody pays.
  explicit MemoryCharge(MemoryAccount* account) : account_(account) {}
  ~MemoryCharge() { set(0); }
  MemoryCharge(const MemoryCharge&) = delete;
  MemoryCharge& operator=(const MemoryCharge&) = delete;

  void set(uint64_t bytes) {
    if (account_ != nullptr && bytes > bytes_) account_->add(bytes - bytes_);
    if (account_ != nullptr && bytes < bytes_) account_->remove(bytes_ - bytes);
    bytes_ = bytes;
  }
  uint64_t bytes() const { return bytes_; }

 private:
  MemoryAccount* const account_;
  uint64_t bytes_ = 0;
};

}  // namespace ngcshare::link
