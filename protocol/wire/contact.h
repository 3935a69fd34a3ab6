// The way to one remote peer, as the protocol sees it: a member of a group (NGC), a friend, or a
// member of an old conference. The contact puts its own packet ids in front of the bodies. It must
// outlive the session that uses it.
#pragma once

#include "protocol/wire/packet.h"

namespace ngcshare {

enum class SendResult {
  kSent,  // handed over; a lossy packet may still be lost
  kFull,  // no room now: keep the packet and try again later
  kGone,  // the contact cannot be reached now; its owner tells the session when that changes
};

class Contact {
 public:
  virtual ~Contact() = default;

  // Sends one packet to this peer alone. May change `frame`, because it uses the headroom.
  virtual SendResult send(Outgoing where, Frame& frame) = 0;

  // Returns whether packets go through a TCP relay now, where only a little may be in flight.
  virtual bool relayed() const { return false; }
};

}  // namespace ngcshare
