// The ids of offers and mappings between this side and one peer (SPEC.md §2): which are in use,
// which are over, and new ones. An id never gets a second meaning, because NGC can replay a packet
// hours later.
#pragma once

#include "protocol/base/entropy.h"
#include "protocol/base/recent_set.h"
#include "protocol/session/mapping_table.h"
#include "protocol/session/offers_heard.h"
#include "protocol/session/offers_made.h"
#include "protocol/wire/msg_id.h"

namespace ngcshare {

class SessionIds {
 public:
  // All references must outlive this object.
  SessionIds(Entropy& entropy, const MappingTable& mappings, const OffersMade& made,
             const OffersHeard& heard)
      : entropy_(entropy), mappings_(mappings), made_(made), heard_(heard) {}

  // Notes that the offer or mapping of this id has ended. Returns false if that was known.
  bool end(MsgId id) {
    if (over_.contains(id)) return false;
    over_.insert(id);
    return true;
  }
  bool is_over(MsgId id) const { return over_.contains(id); }

  bool is_free(MsgId id) const {
    return !mappings_.contains(id) && !is_over(id) && made_.find(id) == nullptr &&
           heard_.find(id) == nullptr;
  }
  // Returns a random id that is free.
  MsgId draw() {
    MsgId id = draw_msg_id(entropy_);
    while (!is_free(id)) id = draw_msg_id(entropy_);
    return id;
  }

 private:
  // More than can end while an Accept is still repeated: the burst and 16 s at the full rate.
  static constexpr size_t kRemembered = 16384;

  Entropy& entropy_;
  const MappingTable& mappings_;
  const OffersMade& made_;
  const OffersHeard& heard_;
  RecentSet over_{kRemembered};
};

}  // namespace ngcshare
