// Notices a second process with this one's keys in the groups: a copy of the data folder, started
// on another machine. The peers take both for one; toxcore gives each peer to the one that has
// shaken hands with it last, until the other's timeout of a minute, and each change looks like a
// restart to the peer's session. Its Hello then names the epoch that was replaced (SPEC.md §6.4).
//
// It is believed only what no stranger can make up: that the epoch bears this profile's seal
// (EpochSeal), for that peer, and was drawn after this process had met the peer, but not by it. A
// process that ran on the profile before can have drawn earlier ones only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "bot/peers/epoch_seal.h"
#include "protocol/base/clock.h"
#include "protocol/base/entropy.h"
#include "protocol/base/token_bucket.h"
#include "storage/values/person.h"

namespace ngcshare {

class CopyWatch {
 public:
  // A Hello of a peer that has just met this process may be late and name the one before, and the
  // clock of a machine may have been wrong when that one ran.
  static constexpr std::chrono::seconds kSettles{30};
  static constexpr std::chrono::minutes kFresh{15};  // as long as a peer's word counts
  static constexpr std::chrono::minutes kRepeat{60};
  static constexpr size_t kMostPeers = 4096;  // the one that came first is forgotten first
  static constexpr size_t kMostDrawn = 64;    // for one peer, likewise

  // The age of an epoch that is looked at, and the difference of clocks that is accepted.
  static constexpr std::chrono::minutes kOldest{20};
  static constexpr std::chrono::minutes kAhead{5};
  // Wrong foreign epochs after which no more are looked at, of one peer and of all: so many at once
  // and in an hour. To guess a right one takes months.
  static constexpr double kTriesOfPeer = 4;
  static constexpr double kTriesOfAll = 16;

  // Without a seal there is nothing to see: epochs are random.
  void set_seal(const EpochSeal& seal) { seal_ = seal; }

  // Returns an epoch of this process for a session with that peer.
  uint32_t draw(const storage::Person& peer, Entropy& entropy, int64_t unix_now);
  // A Hello of the peer names the epoch as ours. Returns true if it is time to tell a person that
  // there is a copy.
  bool note_named(const storage::Person& peer, uint32_t epoch, TimePoint now, int64_t unix_now);
  // Returns how many peers have shown within kFresh that there is a copy.
  size_t witnesses(TimePoint now) const;

 private:
  struct Drawn {
    uint32_t epoch = 0;
    int64_t step = 0;
  };
  struct Known {
    bool has_drawn(uint32_t epoch) const;

    std::deque<Drawn> drawn;
    int64_t unsure_until = 0;        // others than `drawn` may have been drawn here until then
    std::optional<TimePoint> since;  // when the peer first named one of them
    std::optional<TimePoint> other;  // when it last named a foreign one
    TokenBucket tries = tries_of(kTriesOfPeer);
  };

  static TokenBucket tries_of(double count) { return {count / 3600, count}; }
  Known& meet(const storage::Person& peer, int64_t step);
  bool is_of_a_copy(const storage::Person& peer, const Known& known, uint32_t epoch,
                    int64_t step) const;

  std::optional<EpochSeal> seal_;
  std::map<storage::Person, Known> peers_;
  std::deque<storage::Person> order_;  // as they came
  TokenBucket tries_ = tries_of(kTriesOfAll);
  std::optional<TimePoint> told_;
};

}  // namespace ngcshare
