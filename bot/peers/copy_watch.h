// Notices a second process with this one's keys in the groups: a copy of the data folder, started
// on another machine. The peers take both for one; toxcore gives each peer to the one that has
// shaken hands with it last, until the other's timeout of a minute, and each change looks like a
// restart to the peer's session. Its Hello then names the epoch that was replaced (SPEC.md §6.4):
// if this process has never drawn that epoch, although the peer has long known one of its own, then
// another process has. Any peer can lie about it, so this is only ever said, and with the number of
// peers that show it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/base/recent_set.h"
#include "storage/values/person.h"

namespace ngcshare {

class CopyWatch {
 public:
  // A Hello of a peer that has just met this process may be late and name the one before.
  static constexpr std::chrono::seconds kSettles{30};
  static constexpr std::chrono::minutes kFresh{15};  // as long as a peer's word counts
  static constexpr std::chrono::minutes kRepeat{60};
  static constexpr size_t kMostPeers = 4096;  // the one that came first is forgotten first

  // This process has drawn the epoch towards that peer.
  void note_drawn(const storage::Person& peer, uint32_t epoch);
  // A Hello of the peer names the epoch as ours. Returns true if it is time to tell a person that
  // there is a copy.
  bool note_named(const storage::Person& peer, uint32_t epoch, TimePoint now);
  // Returns how many peers have shown within kFresh that there is a copy.
  size_t witnesses(TimePoint now) const;

 private:
  struct Known {
    RecentSet drawn{64};
    std::optional<TimePoint> since;  // when the peer first named one of them
    std::optional<TimePoint> other;  // when it last named none of them
  };

  std::map<storage::Person, Known> peers_;
  std::deque<storage::Person> order_;  // as they came
  std::optional<TimePoint> told_;
};

}  // namespace ngcshare
