// The offers that one peer makes to this side. A service is known by its name: a new offer of the
// same name replaces the old one. Bounded, because a stranger may offer without end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "protocol/base/recent_set.h"
#include "protocol/wire/packet.h"

namespace ngcshare {

class OffersHeard {
 public:
  enum class Change {
    kNone,
    kNew,
    kChanged,
    kOutdated,  // the name has had this id before and has another one now: a replayed packet
    kRenamed,   // the id stands for another name; refused, because users know an offer by its name
    kRefused,   // there are kMaxOffersHeard already
  };
  // Adds an offer or replaces the one of its id or name. `digest` is offer_digest() of the packet's
  // body as it came, because tags that this version does not know count too.
  Change put(Offer offer, uint64_t digest);
  // Removes an offer and returns it, or nullopt if there is none.
  std::optional<Offer> remove(MsgId id);
  // Removes all offers and returns them.
  std::vector<Offer> clear();

  // Returns nullptr if there is none. Valid until the next change, as are those of all().
  const Offer* find(MsgId id) const;
  std::vector<const Offer*> all() const;
  bool empty() const { return by_id_.empty(); }
  // Returns the sum of all digests.
  uint64_t digest() const;

 private:
  struct Heard {
    Offer offer;
    uint64_t digest = 0;
  };
  std::map<MsgId, Heard> by_id_;
  RecentSet replaced_{4 * kMaxOffersHeard};
};

}  // namespace ngcshare
