// The mappings that run with one peer, by id. Sends nothing itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/session/alarm.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class MappingTable {
 public:
  MappingTable() = default;
  // Orphans the mappings that still run, because their users may keep them.
  ~MappingTable();
  MappingTable(const MappingTable&) = delete;
  MappingTable& operator=(const MappingTable&) = delete;

  // Returns a running mapping, or nullptr if there is none of this id.
  Mapping* find(MsgId id) const {
    const auto found = running_.find(id);
    return found == running_.end() ? nullptr : found->second.get();
  }
  bool contains(MsgId id) const { return running_.contains(id); }
  size_t size() const { return running_.size(); }
  bool empty() const { return running_.empty(); }
  // Returns the ids of the mappings that match.
  template <typename Matches>
  std::vector<MsgId> ids_if(const Matches& matches) const;

  // Makes a mapping. REQUIRES: its id is not in the table. The host must outlive the table.
  Mapping& add(MappingHost& host, const Mapping::Identity& identity);
  // Takes out a mapping that has ended and returns it, because it is usually the caller and must
  // live on. REQUIRES: contains(id).
  std::shared_ptr<Mapping> remove(MsgId id);
  // Ends the mappings that match without telling the peer; their sinks get `reason`.
  template <typename Matches>
  void close_if(const Matches& matches, KillReason reason, TimePoint now);

  // Returns the digest of the open mappings' ids, for Hello.
  uint64_t open_digest() const;
  // Compares the own open_digest() with the peer's. Mappings open and end all the time, so the two
  // differ while packets are on their way; the same difference twice means that an end was lost.
  // Then asks the peer for each mapping whether it holds it too; a Kill answers if not.
  void compare_open(uint64_t own_digest, uint64_t peer_digest);
  // Repeats to the peer the window limits that it may not have received.
  void repeat_windows();

  void tick(TimePoint now);
  void set(Alarm& alarm) const;

 private:
  std::unordered_map<MsgId, std::shared_ptr<Mapping>> running_;
  std::optional<std::pair<uint64_t, uint64_t>>
      mismatch_;  // own and peer's digest, when they differ
};

template <typename Matches>
std::vector<MsgId> MappingTable::ids_if(const Matches& matches) const {
  std::vector<MsgId> ids;
  for (const auto& [id, mapping] : running_) {
    if (matches(*mapping)) ids.push_back(id);
  }
  return ids;
}

// The end of one may be the end of others, so the ids are looked up one by one.
template <typename Matches>
void MappingTable::close_if(const Matches& matches, KillReason reason, TimePoint now) {
  for (const MsgId id : ids_if(matches)) {
    if (Mapping* const mapping = find(id)) mapping->closed_by_peer(reason, now);
  }
}

}  // namespace ngcshare
