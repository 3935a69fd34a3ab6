// Guests of a gateway with toxcore and the database behind them. Friends that are guests are
// stored, because toxcore's profile keeps them when the program is killed.
#pragma once

#include "bot/groups/guests.h"
#include "bot/people/invitations.h"
#include "bot/program/online_process.h"
#include "bot/tox/toxcore_copy.h"
#include "storage/stores/guest_store.h"

namespace ngcshare {

class GuestDoor {
 public:
  // Both must outlive the door.
  GuestDoor(OnlineProcess& process, Invitations& invitations);

  // Ends the friendships that an earlier process has left. Throws StorageError.
  void begin();

  // -- toxcore's events -------------------------------------------------------------------------
  // Does nothing with a toxcore in which a friend may do more than accept an invitation.
  void on_request(const Key& stranger, Bytes message) {
    if (linked_toxcore().checks_invitations) guests_.on_request(stranger, message);
  }
  // Returns false if the friend is not a guest.
  bool on_online(const Key& friend_key) { return guests_.on_online(friend_key); }
  void on_offline(const Key& friend_key) { guests_.on_offline(friend_key); }

 private:
  Guests::Ways ways();
  std::optional<Key> admit(const InvitationSecret& secret, const Key& guest);
  bool would_admit(const InvitationSecret& secret, const Key& guest);
  bool befriend(const Key& guest);
  bool invite(const Key& chat_id, const Key& guest);
  void turn_away(const Key& stranger);
  void part(const std::vector<Key>& guests);

  OnlineProcess& process_;
  Invitations& invitations_;
  storage::GuestStore store_;
  Guests guests_;
};

}  // namespace ngcshare
