// Members of whom toxcore has passed on packets but has not reported that they have joined, as
// after a crash, when the old connection of the same member has not timed out yet. Their number is
// bounded, because toxcore never reports that such a peer has gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>

namespace ngcshare {

class UnreportedMembers {
 public:
  static constexpr size_t kMost = 64;

  // Counts a member, by a number that it has alone. Returns false if there are too many.
  bool admit(uint64_t member) {
    if (!members_.contains(member) && members_.size() >= kMost) return false;
    members_.insert(member);
    return true;
  }
  // The member's join is reported, or it has no session any more.
  void forget(uint64_t member) { members_.erase(member); }

 private:
  std::set<uint64_t> members_;
};

}  // namespace ngcshare
