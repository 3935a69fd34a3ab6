// Members of whom toxcore has passed on packets but has not reported that they have joined, as
// after a crash, when the old connection of the same member has not timed out yet. toxcore reports
// neither that such a peer has gone nor that its number is somebody else's now, and knows its role
// only once it has joined, so their number and their time are bounded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "bot/base/key.h"
#include "protocol/base/clock.h"

namespace ngcshare {

class UnreportedMembers {
 public:
  static constexpr size_t kMost = 64;
  // Twice the time after which toxcore gives up an old connection and reports the new one.
  static constexpr std::chrono::minutes kTime{2};

  // Returns the key of the peer that has a number now, or nullopt if nobody has it.
  using KeyOf = std::function<std::optional<Key>(uint64_t member)>;

  // Counts a member, by a number that it has alone. Returns false if there are too many, or if its
  // time is over.
  bool admit(uint64_t member, const Key& key, TimePoint now) {
    const auto found = members_.find(member);
    if (found != members_.end() && found->second.key == key) {
      return now - found->second.since < kTime;
    }
    if (found == members_.end() && members_.size() >= kMost) return false;
    members_.insert_or_assign(member, Member{key, now});
    return true;
  }
  bool contains(uint64_t member) const { return members_.contains(member); }
  // The member's join is reported, or its group is left.
  void forget(uint64_t member) { members_.erase(member); }
  // Forgets those who are gone. Returns them and those whose time is over, who stay known, so that
  // they are not admitted again under the same number.
  std::vector<uint64_t> take_ended(const KeyOf& key_of, TimePoint now) {
    std::vector<uint64_t> ended;
    std::erase_if(members_, [&](const auto& entry) {
      const bool is_gone = key_of(entry.first) != entry.second.key;
      if (is_gone || now - entry.second.since >= kTime) ended.push_back(entry.first);
      return is_gone;
    });
    return ended;
  }

 private:
  struct Member {
    Key key{};
    TimePoint since{};
  };
  std::map<uint64_t, Member> members_;
};

}  // namespace ngcshare
