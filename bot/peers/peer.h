// A remote peer with its protocol session, and the two sides of this process that use peers: the
// one that makes offers and the one that uses them.
#pragma once

#include <memory>
#include <optional>

#include "bot/base/key.h"
#include "bot/base/present_person.h"
#include "bot/peers/peer_contact.h"
#include "protocol/session/peer_session.h"
#include "storage/values/person.h"

namespace ngcshare {

// A peer that is reachable, or lost and expected back because connections wait for it (kCapResume).
// Destroyed after OfferMaker and OfferUser were told.
//
// A peer is identified by the two keys of a storage::Person, never by its nickname or by a number
// of toxcore's. `chat_id` says where it is met, `key` who it is there: in a group the chat id and
// the member's group public key; as a friend kFriendsChatId and the friend's long-term public key;
// in an old conference the conference's id and the member's long-term public key. So roles, bans
// and rules never pass from one of these to another: nobody can prove to be the same person there.
struct Peer {
  Key chat_id{};
  Key key{};
  Role role = Role::kObserver;  // as last reported; kObserver until then
  std::unique_ptr<PeerContact> contact;
  std::unique_ptr<PeerSession> session;
  std::optional<TimePoint> absent_until;  // set while it is lost: when it is given up
  bool has_turn = false;                  // kept by the hub, as is the next
  bool waits_for_room = false;
  uint32_t named_epoch = 0;  // as PeerSession::named_epoch() when it was last looked at
  Traffic received;

  storage::Person person() const { return {chat_id, key}; }
};

// Asks the peer's group for its nickname and role of now. REQUIRES: the peer is not absent.
inline PresentPerson present_person(const Peer& peer) {
  return {peer.person(), peer.contact->nick(), peer.contact->role().value_or(Role::kObserver),
          peer.session->knows_extension()};
}

// All zero. No group has it: it is not a valid public key (ToxNode::may_be_chat_id()).
inline constexpr Key kFriendsChatId{};

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
