// The offers that this side makes to one peer: which service has which id there, and which of them
// the peer has declined. OfferSender sends them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/wire/packet.h"

namespace ngcshare {

class OffersMade {
 public:
  struct Made {
    ServiceKey service = 0;
    Offer offer;
    uint64_t digest = 0;
    bool declined = false;  // the peer sent a Kill: not sent again, not part of digest()
  };

  // Adds an offer, or replaces the one of the same service, and returns it. REQUIRES: offer.id is
  // free, or is the id that the service has now.
  const Offer& put(ServiceKey service, Offer offer);
  // Removes a service's offer and returns its id, which is then retired, or nullopt if it has none.
  std::optional<MsgId> remove(ServiceKey service);
  void decline(MsgId id);

  // Return nullptr or nullopt if there is none. Pointers are valid until the next change.
  const Made* find(MsgId id) const;
  const Made* find_service(ServiceKey service) const;
  std::optional<ServiceKey> find_name(const std::string& name) const;

  bool empty() const { return by_service_.empty(); }
  const std::map<ServiceKey, Made>& all() const { return by_service_; }
  // Returns the services that the peer declined.
  std::vector<ServiceKey> declined() const;
  // Returns the ids that were offered lately and no longer are, oldest first. They are kept even
  // when the peer has shown that it knows, because an old Offer may still arrive.
  const std::deque<MsgId>& retired() const { return retired_; }

  // Returns the sum of the digests of the offers that the peer has not declined.
  uint64_t digest() const { return digest_; }

 private:
  static constexpr size_t kMaxRetired = 32;

  void retire(MsgId id);
  // Take an offer out of id and digest, and put it in.
  void forget(const Made& made);
  void note(const Made& made);

  std::map<ServiceKey, Made> by_service_;
  std::unordered_map<MsgId, ServiceKey> by_id_;
  uint64_t digest_ = 0;
  std::deque<MsgId> retired_;
};

}  // namespace ngcshare
