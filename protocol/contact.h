// One remote peer as the protocol sees it, whatever it is reached through: a member of a group
// (NGC), a friend, a member of an old conference. The contact puts its own packet ids in front of
// the bodies. It is owned by whoever owns the session and outlives it.
#pragma once

#include "protocol/packet.h"

namespace ngcshare {

enum class SendResult {
  kSent,  // handed over; for a lossy packet that says nothing about its arrival
  kFull,  // no room at the moment: keep the packet and try again later
  kGone,  // the contact cannot be reached now; whoever owns it will say when that changes
};

class Contact {
 public:
  virtual ~Contact() = default;

  // Sends one packet to this peer alone. `frame` may be changed (its headroom is used).
  virtual SendResult send(Outgoing where, Frame& frame) = 0;

  // Whether packets go through a TCP relay now, where only little may be on its way.
  virtual bool relayed() const { return false; }
};

}  // namespace ngcshare
