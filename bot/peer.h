// A remote peer with its protocol session, and the two sides of this process that use peers: the one
// that makes offers and the one that uses them.
#pragma once

#include <memory>
#include <optional>

#include "bot/group_contact.h"
#include "protocol/peer_session.h"

namespace ngcshare {

// A member of a group. Destroyed when NGC reports that the member left for good, after OfferMaker
// and OfferUser were told; a lost one is kept for a while if connections wait for it (kCapResume).
struct Peer {
  Key chat_id{};
  Key key{};  // its identity; the nickname is only displayed
  GroupNumber group = 0;
  PeerNumber number = 0;
  Role role = Role::kObserver;  // as the group last reported; kObserver until then
  std::unique_ptr<GroupContact> contact;
  std::unique_ptr<PeerSession> session;
  std::optional<TimePoint> absent_until;  // set while it is lost: when it is given up
  bool pump_posted = false;
  Traffic received;
};

// The offering side.
class OfferMaker {
 public:
  virtual ~OfferMaker() = default;
  // A peer is new or back.
  virtual void on_peer_joined(Peer& peer) = 0;
  // As SessionHandler::on_accept.
  virtual std::optional<KillReason> on_accept(Peer& peer, Mapping& mapping, ServiceKey service) = 0;
};

// The using side.
class OfferUser {
 public:
  virtual ~OfferUser() = default;
  virtual void on_offer(Peer& peer, const Offer& offer) = 0;
  virtual void on_offer_gone(Peer& peer, const Offer& offer, KillReason reason) = 0;
  virtual void on_presence(Peer& peer, bool present) = 0;
};

}  // namespace ngcshare
