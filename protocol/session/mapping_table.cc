#include "protocol/session/mapping_table.h"

#include <cassert>

namespace ngcshare {

MappingTable::~MappingTable() {
  for (const auto& [id, mapping] : running_) mapping->orphan();
}

Mapping& MappingTable::add(MappingHost& host, const Mapping::Identity& identity) {
  auto& slot = running_[identity.id];
  assert(!slot);
  slot = std::make_shared<Mapping>(host, identity);
  return *slot;
}

std::shared_ptr<Mapping> MappingTable::remove(MsgId id) {
  const auto found = running_.find(id);
  assert(found != running_.end());
  std::shared_ptr<Mapping> ended = std::move(found->second);
  running_.erase(found);
  return ended;
}

uint64_t MappingTable::open_digest() const {
  uint64_t sum = 0;
  for (const auto& [id, mapping] : running_) {
    if (mapping->state() == Mapping::State::kOpen) sum += mapping_digest(id);
  }
  return sum;
}

void MappingTable::compare_open(uint64_t own_digest, uint64_t peer_digest) {
  const std::pair digests{own_digest, peer_digest};
  if (own_digest == peer_digest) {
    mismatch_.reset();
  } else if (mismatch_ != digests) {
    mismatch_ = digests;
  } else {
    mismatch_.reset();
    for (const auto& [id, mapping] : running_) mapping->check();
  }
}

void MappingTable::repeat_windows() {
  for (const auto& [id, mapping] : running_) mapping->repeat_window();
}

void MappingTable::tick(TimePoint now) {
  std::vector<std::shared_ptr<Mapping>> due;
  for (const auto& [id, mapping] : running_) {
    const auto when = mapping->deadline();
    if (when && *when <= now) due.push_back(mapping);
  }
  for (const auto& mapping : due) mapping->tick(now);
}

void MappingTable::set(Alarm& alarm) const {
  for (const auto& [id, mapping] : running_) alarm.ring_by(mapping->deadline());
}

}  // namespace ngcshare
