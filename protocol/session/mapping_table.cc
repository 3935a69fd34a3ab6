#include "protocol/session/mapping_table.h"

#include <cassert>

namespace ngcshare {

MappingTable::~MappingTable() {
  for (const auto& [id, mapping] : running_) mapping->orphan();
}

Mapping& MappingTable::add(MappingHost& host, const Mapping::Identity& identity) {
  auto& slot = running_[identity.id];
  assert(!slot);
  by_offer_.emplace(identity.offer_id, identity.id);
  slot = std::make_shared<Mapping>(host, identity);
  return *slot;
}

std::shared_ptr<Mapping> MappingTable::remove(MsgId id) {
  const auto found = running_.find(id);
  assert(found != running_.end());
  std::shared_ptr<Mapping> ended = std::move(found->second);
  running_.erase(found);
  by_offer_.erase({ended->offer_id(), id});
  deadlines_.remove(id);
  if (open_.erase(id) > 0) open_digest_ -= mapping_digest(id);
  return ended;
}

std::vector<MsgId> MappingTable::ids_of(MsgId offer) const {
  std::vector<MsgId> ids;
  for (auto at = by_offer_.lower_bound({offer, 0}); at != by_offer_.end() && at->first == offer;
       ++at) {
    ids.push_back(at->second);
  }
  return ids;
}

// The end of one may be the end of others, so the ids are looked up one by one.
void MappingTable::close(const std::vector<MsgId>& ids, KillReason reason, TimePoint now) {
  for (const MsgId id : ids) {
    if (Mapping* const mapping = find(id)) mapping->closed_by_peer(reason, now);
  }
}

// -- open mappings -----------------------------------------------------------------------------

void MappingTable::note_open(MsgId id) {
  if (open_.insert(id).second) open_digest_ += mapping_digest(id);
}

void MappingTable::compare_open(uint64_t own_digest, uint64_t peer_digest, TimePoint now) {
  const std::pair digests{own_digest, peer_digest};
  if (own_digest == peer_digest) {
    mismatch_.reset();
    checking_ = false;
  } else if (checking_) {
    return;  // the answers may not have come yet
  } else if (mismatch_ != digests) {
    mismatch_ = digests;
  } else {
    mismatch_.reset();
    checking_ = true;
    checked_until_.reset();
    check_some(now);
  }
}

void MappingTable::check_some(TimePoint now) {
  while (checking_) {
    const auto next = checked_until_ ? open_.upper_bound(*checked_until_) : open_.begin();
    if (next == open_.end()) {
      checking_ = false;
    } else if (check_budget_.take(now)) {
      checked_until_ = *next;
      find(*next)->check();
    } else {
      return;
    }
  }
}

void MappingTable::repeat_windows() {
  for (const auto& [id, mapping] : running_) mapping->repeat_window();
}

// -- time --------------------------------------------------------------------------------------

void MappingTable::tick(TimePoint now) {
  check_some(now);
  while (const auto id = deadlines_.take_due(now)) {
    const std::shared_ptr<Mapping> mapping = running_.at(*id);  // may end in its tick()
    auto when = mapping->deadline();
    if (when && *when <= now) {
      mapping->tick(now);
      when = mapping->deadline();
    }
    if (when && contains(*id)) note_deadline(*id, *when);
  }
}

// Asks for a batch at once rather than for each mapping at its time.
std::optional<TimePoint> MappingTable::deadline(TimePoint now) {
  auto next = deadlines_.next();
  if (checking_) lower(next, check_budget_.time_of(kChecksAtOnce, now));
  return next;
}

}  // namespace ngcshare
