// Which peer is offered which service: what Access allows, and nothing else. The sessions remember
// what they offer; here is only which Offers were made to a whole group at once.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "bot/peers/session_hub.h"
#include "bot/people/access.h"
#include "bot/services/ports.h"
#include "storage/values/service_record.h"

namespace ngcshare {

// What somebody is told who may not use a service. REQUIRES: not kAllowed.
KillReason kill_reason(Decision decision);

class ServiceOffers {
 public:
  // Both outlive it.
  ServiceOffers(SessionHub& hub, const Access& access) : hub_(hub), access_(access) {}

  // Makes what the peers are offered of a service agree with who may use it at `now` (unix
  // seconds). An Offer that stands unchanged is not sent again. Where everybody in a group may use
  // a service and lacks the same, one public packet tells them; otherwise nobody learns of it but
  // those who may. `down`: the service doesn't answer.
  void agree(const storage::ServiceRecord& service, bool down, int64_t now);
  // The same for a peer that is new or back.
  void agree_with(Peer& peer, const storage::ServiceRecord& service, bool down, int64_t now);
  // Takes a port back from everybody.
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
  bool replace(Peer& peer, const Wanted& wanted);
  void offer_publicly(const Key& chat_id, const Audience& peers, Wanted wanted);
  void offer_privately(Peer& peer, const Wanted& wanted);
  void take_back(Peer& peer, const std::vector<Wanted>& offers, KillReason reason);

  SessionHub& hub_;
  const Access& access_;
  // By chat id, the msg_id of the Offer that all of the group were sent: a public Kill ends it.
  std::map<ServiceKey, std::map<Key, MsgId>> public_ids_;
};

}  // namespace ngcshare
