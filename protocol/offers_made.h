// The offers that this side makes to one peer: which id each has there, whether the peer has shown
// that it holds them, and when to send them again (SPEC.md §6).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/clock.h"
#include "protocol/packet.h"
#include "protocol/retry.h"

namespace ngcshare {

// The owner's handle of a service; the protocol only compares it.
using ServiceKey = uint64_t;

class OffersMade {
 public:
  // Places an offer, or replaces the one of the same service. REQUIRES: offer.id is free.
  void put(ServiceKey service, Offer offer);
  // Forgets a service's offer, or that it had this id; the id is retired.
  std::optional<MsgId> remove(ServiceKey service);

  struct Made {
    ServiceKey service = 0;
    Offer offer;
    uint64_t digest = 0;
    bool declined = false;  // the peer sent a Kill: not sent again, no part of the digest
  };
  // Ids that were offered lately and no longer are. Kept even when the peer has shown that it
  // knows: an old Offer may still arrive.
  const std::deque<MsgId>& retired() const { return retired_; }

  const Made* find(MsgId id) const;
  const Made* find_service(ServiceKey service) const;
  std::optional<ServiceKey> find_name(const std::string& name) const;
  void decline(MsgId id);
  // The services that the peer declined.
  std::vector<ServiceKey> declined() const;

  // Sum of the digests of the offers that stand.
  uint64_t digest() const;
  bool empty() const { return by_service_.empty(); }
  const std::map<ServiceKey, Made>& all() const { return by_service_; }

  // Something was offered or withdrawn: the peer's next confirmation decides. `repeats` bounds the
  // repetition.
  void expect_confirmation(TimePoint now, int repeats) {
    retry_.start(now, repeats);
    resync_interval_ = kFirstResync;
  }
  // The peer has shown a digest that does not agree. True when everything is to be sent anew: at
  // longer and longer intervals, since with some peers it never agrees.
  bool resync_due(TimePoint now);
  // The peer told what it holds. True when that is everything.
  bool confirm(uint64_t heard_digest);
  bool awaiting_confirmation() const { return retry_.active(); }
  bool due(TimePoint now) { return retry_.due(now); }
  std::optional<TimePoint> deadline() const { return retry_.deadline(); }

 private:
  static constexpr size_t kMaxRetired = 32;
  static constexpr Duration kFirstResync = std::chrono::seconds(2);
  static constexpr Duration kLongestResync = std::chrono::minutes(5);

  void retire(MsgId id);

  std::map<ServiceKey, Made> by_service_;
  std::deque<MsgId> retired_;
  Retry retry_;
  Duration resync_interval_ = kFirstResync;
  std::optional<TimePoint> next_resync_;
};

}  // namespace ngcshare
