// The way to one remote peer, whatever it is reached through (a group, a friend): a protocol
// contact that also knows the peer's nickname and role there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "bot/base/group_role.h"
#include "protocol/wire/contact.h"

namespace ngcshare {

// Custom packets and the bytes in them.
struct Traffic {
  uint64_t packets = 0;
  uint64_t bytes = 0;

  void add(size_t packet_bytes) {
    ++packets;
    bytes += packet_bytes;
  }
  Traffic& operator+=(const Traffic& other) {
    packets += other.packets;
    bytes += other.bytes;
    return *this;
  }
};

class PeerContact : public Contact {
 public:
  // Packets that toxcore accepted for this peer.
  virtual const Traffic& sent() const = 0;
  // Makes send() return kGone until the owner of the contact reports that the peer is back.
  virtual void set_absent() = 0;
  // Asks the group for the peer's role there. Returns nullopt if it does not know one now.
  virtual std::optional<Role> role() const = 0;
  // Returns "" if the nickname is not known now.
  virtual std::string nick() const = 0;
};

}  // namespace ngcshare
