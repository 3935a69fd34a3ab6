// The mappings that run with one peer, by id. Sends nothing itself. Keeps what is asked about all
// of them (the next deadline, the digest, which are of one offer) up to date, so that a packet
// costs no more when many others are idle.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/base/deadline_queue.h"
#include "protocol/base/token_bucket.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class MappingTable {
 public:
  // Questions to the peer whether it holds a mapping too: at once, and a second.
  static constexpr int kChecksAtOnce = 16;
  static constexpr double kChecksPerSecond = 100;

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
  // Returns the ids of the mappings that were made from an offer.
  std::vector<MsgId> ids_of(MsgId offer) const;

  // Makes a mapping. REQUIRES: its id is not in the table. The host must outlive the table.
  Mapping& add(MappingHost& host, const Mapping::Identity& identity);
  // Takes out a mapping that has ended and returns it, because it is usually the caller and must
  // live on. REQUIRES: contains(id).
  std::shared_ptr<Mapping> remove(MsgId id);
  // Ends these mappings, as far as they run, without telling the peer; their sinks get `reason`.
  void close(const std::vector<MsgId>& ids, KillReason reason, TimePoint now);

  // -- open mappings ---------------------------------------------------------------------------
  // A running mapping is open from now until its end.
  void note_open(MsgId id);
  // Returns the digest of the open mappings' ids, for Hello.
  uint64_t open_digest() const { return open_digest_; }
  // Compares the own open_digest() with the peer's. Mappings open and end all the time, so the two
  // differ while packets are on their way; the same difference twice means that an end was lost.
  // Then begins to ask the peer for each mapping whether it holds it too; a Kill answers if not.
  // It asks no faster than kChecksPerSecond, however many Hellos come, and goes on in tick() until
  // it has asked for all or the two agree.
  void compare_open(uint64_t own_digest, uint64_t peer_digest, TimePoint now);
  // Repeats to the peer the window limits that it may not have received.
  void repeat_windows();

  // -- time ------------------------------------------------------------------------------------
  // A running mapping needs tick() at `when`.
  void note_deadline(MsgId id, TimePoint when) { deadlines_.ring_by(id, when); }
  void tick(TimePoint now);
  // Returns the time of the next tick(), or nullopt for never. It may be too early.
  std::optional<TimePoint> deadline(TimePoint now);

 private:
  void check_some(TimePoint now);

  std::unordered_map<MsgId, std::shared_ptr<Mapping>> running_;
  std::set<std::pair<MsgId, MsgId>> by_offer_;  // offer and mapping
  DeadlineQueue<MsgId> deadlines_;
  std::set<MsgId> open_;
  uint64_t open_digest_ = 0;
  std::optional<std::pair<uint64_t, uint64_t>>
      mismatch_;           // own and peer's digest, when they differ
  bool checking_ = false;  // the peer is being asked about all open mappings, in order
  std::optional<MsgId> checked_until_;
  TokenBucket check_budget_{kChecksPerSecond, kChecksAtOnce};
};

template <typename Matches>
std::vector<MsgId> MappingTable::ids_if(const Matches& matches) const {
  std::vector<MsgId> ids;
  for (const auto& [id, mapping] : running_) {
    if (matches(*mapping)) ids.push_back(id);
  }
  return ids;
}

}  // namespace ngcshare
