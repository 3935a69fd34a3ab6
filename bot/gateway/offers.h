// Offers each peer exactly the services that Access allows it. The sessions store their offers;
// this class stores only which Offers were made to a whole group at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bot/peers/session_hub.h"
#include "bot/people/access.h"
#include "bot/services/ports.h"
#include "storage/values/service_record.h"

namespace ngcshare {

// Returns the reason that a peer which may not use a service is given. REQUIRES: not kAllowed.
KillReason kill_reason(Decision decision);

class ServiceOffers {
 public:
  // Both must outlive it.
  ServiceOffers(SessionHub& hub, const Access& access) : hub_(hub), access_(access) {}

  // Sends, withdraws or keeps the Offers of a service to match the permissions at `now` (unix
  // seconds). Sends one public packet if every peer of a group may use the service and needs the
  // same new Offer under the same id, otherwise private packets. `down` is true if the target does
  // not answer.
  void agree(const storage::ServiceRecord& service, bool down, int64_t now);
  // The same for a peer that is new or back.
  void agree_with(Peer& peer, const storage::ServiceRecord& service, bool down, int64_t now);
  // Withdraws the Offer of one port from all peers.
  void withdraw(ServiceKey key, KillReason reason);

 private:
  struct Wanted {
    ServiceKey key = 0;
    Offer offer;
  };
  using Audience = std::vector<Peer*>;  // of one group

  std::vector<Wanted> make_offers(const storage::ServiceRecord& service, bool down) const;
  void agree_in(const Key& chat_id, const Audience& peers, const storage::ServiceRecord& service,
                const std::vector<Wanted>& offers, int64_t now);
  bool may_be_public(const Key& chat_id, const Audience& peers, const Wanted& wanted) const;
  std::optional<MsgId> public_id(ServiceKey key, const Key& chat_id) const;
  bool replace(Peer& peer, const Wanted& wanted);
  void offer_publicly(const Key& chat_id, const Audience& peers, Wanted wanted);
  void offer_privately(Peer& peer, const Wanted& wanted);
  void take_back(Peer& peer, const std::vector<Wanted>& offers, KillReason reason);

  SessionHub& hub_;
  const Access& access_;
  // By chat id: the msg_id of the Offer sent to the whole group, which a public Kill ends.
  std::map<ServiceKey, std::map<Key, MsgId>> public_ids_;
};

}  // namespace ngcshare
