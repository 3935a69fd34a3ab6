// Decides when to send Hello to a peer and when to call the peer silent. NGC reports a vanished
// peer only after 46 to 58 s; with a Hello every 5 s, and one a second when nothing has come for a
// while, it is noticed after 15 s.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/base/clock.h"

namespace ngcshare {

class Presence {
 public:
  static constexpr Duration kHelloInterval = std::chrono::seconds(5);
  static constexpr Duration kProbeAfter = std::chrono::seconds(7);
  static constexpr Duration kProbeInterval = std::chrono::seconds(1);
  static constexpr Duration kSilenceLimit = std::chrono::seconds(15);
  // A peer can ask for Hellos at any rate, by Hellos that want an answer and by Offers: each of the
  // two gets at most one in this time.
  static constexpr Duration kAnswerInterval = std::chrono::milliseconds(200);

  // A packet has come. Returns true if the peer had been called silent.
  bool heard(TimePoint now) {
    last_heard_ = now;
    return !std::exchange(present_, true);
  }
  // A Hello has come: from now on silence means that the peer is gone.
  void heard_hello() { says_hello_ = true; }

  // The peer is known to be unreachable. Returns true if it was not called silent before.
  bool vanish() { return std::exchange(present_, false); }

  // Starts sending Hellos, or stops it.
  void keep_talking(bool talk, TimePoint now) {
    if (talk && !next_hello_) {
      next_hello_ = now;
      last_heard_ = now;  // before that the peer had no reason to send anything
    }
    if (!talk) next_hello_.reset();
  }
  // Makes the next Hello due at once, or kAnswerInterval after the last one.
  void hurry(TimePoint now) {
    if (!next_hello_) return;
    const TimePoint soon = last_hello_ ? std::max(now, *last_hello_ + kAnswerInterval) : now;
    next_hello_ = std::min(*next_hello_, soon);
  }
  // Returns whether a Hello that was asked for may be sent now; if so, counts it as sent.
  bool may_answer(TimePoint now) {
    if (last_answer_ && now - *last_answer_ < kAnswerInterval) return false;
    last_answer_ = now;
    return true;
  }

  struct Due {
    bool hello = false;
    bool answer_wanted = false;
    bool windows = false;  // window limits that may be lost are repeated with this Hello
    bool fell_silent = false;
  };
  Due tick(TimePoint now) {
    Due due;
    const Duration silence = now - last_heard_;
    const bool probing = says_hello_ && silence >= kProbeAfter;
    if (next_hello_ && now >= *next_hello_) {
      due.hello = true;
      due.answer_wanted = probing || !says_hello_;
      last_hello_ = now;
      due.windows = !last_windows_ || now - *last_windows_ >= kHelloInterval;
      if (due.windows) last_windows_ = now;
      next_hello_ = now + (probing ? kProbeInterval : kHelloInterval);
    }
    if (says_hello_ && present_ && silence >= kSilenceLimit) {
      present_ = false;
      due.fell_silent = true;
    }
    return due;
  }
  std::optional<TimePoint> deadline() const {
    if (!next_hello_) return std::nullopt;
    if (!says_hello_ || !present_) return next_hello_;
    return std::min(*next_hello_, last_heard_ + kSilenceLimit);
  }

  bool present() const { return present_; }
  bool says_hello() const { return says_hello_; }
  // The peer's process is a new one.
  void restart() { says_hello_ = false; }

 private:
  TimePoint last_heard_{};
  std::optional<TimePoint> next_hello_;
  std::optional<TimePoint> last_hello_;  // that was not an answer
  std::optional<TimePoint> last_windows_;
  std::optional<TimePoint> last_answer_;
  bool says_hello_ = false;
  bool present_ = true;
};

}  // namespace ngcshare
