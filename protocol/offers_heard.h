// The offers that one peer makes to this side. A service is known by its name: a new offer of the
// same name takes the old one's place. Bounded, since a stranger may offer without end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/packet.h"
#include "protocol/recent_set.h"

namespace ngcshare {

class OffersHeard {
 public:
  static constexpr size_t kMaxOffers = 128;

  enum class Change { kNone, kNew, kChanged, kOutdated, kRefused };
  struct PutResult {
    Change change = Change::kNone;
    std::optional<MsgId> replaced;  // the id that the service had before
  };
  // Takes an offer in. `digest` is offer_digest() of the packet's body as it came. kOutdated: the
  // name has had this id before and has another one now (NGC plays old packets back). kRefused:
  // there are kMaxOffers already.
  PutResult put(Offer offer, uint64_t digest);

  // Takes an offer out; the offer it was.
  std::optional<Offer> remove(MsgId id);
  // Takes all out.
  std::vector<Offer> clear();

  const Offer* find(MsgId id) const;
  uint64_t digest() const;
  bool empty() const { return by_id_.empty(); }
  std::vector<const Offer*> all() const;

 private:
  struct Heard {
    Offer offer;
    uint64_t digest = 0;
  };
  std::map<MsgId, Heard> by_id_;
  RecentSet replaced_{4 * kMaxOffers};
};

}  // namespace ngcshare
