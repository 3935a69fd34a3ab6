// The interfaces through which a ToxNode reports what happens: events, and custom packets apart
// from them because they are the hot path.
#pragma once

#include <cstdint>
#include <string>

#include "bot/base/chat_line.h"
#include "bot/base/key.h"
#include "protocol/base/bytes.h"

namespace ngcshare {

using GroupNumber = uint32_t;
using PeerNumber = uint32_t;  // toxcore reuses it at once: never keep one past on_peer_exit()

enum class NetworkConnection { kNone, kTcp, kUdp };
enum class JoinFailure { kFull, kWrongPassword, kOther };

// The network, groups and friends. Called from inside ToxNode::iterate().
class ToxEvents {
 public:
  virtual ~ToxEvents() = default;
  virtual void on_connection(NetworkConnection connection) = 0;
  virtual void on_self_join(GroupNumber group) = 0;
  virtual void on_join_failed(GroupNumber group, JoinFailure failure) = 0;
  virtual void on_peer_join(GroupNumber group, PeerNumber peer) = 0;
  // A peer of the group has changed its nickname.
  virtual void on_peer_name(GroupNumber group, PeerNumber peer, const std::string& nick) = 0;
  // `for_good`: the peer has quit or was kicked; otherwise the connection was lost.
  virtual void on_peer_exit(GroupNumber group, PeerNumber peer, bool for_good) = 0;
  // A message to the group or to this peer alone.
  virtual void on_chat_line(GroupNumber group, PeerNumber peer, const ChatLine& line) = 0;
  virtual void on_friend_online(const Key& friend_key) = 0;
  virtual void on_friend_offline(const Key& friend_key) = 0;
  // A stranger asks to be a friend. toxcore reports a key once, until it was a friend and removed,
  // or 32 others have asked.
  virtual void on_friend_request(const Key& stranger, Bytes message) = 0;
  // A friend invites to a group. accept_invite() must not be called from inside.
  virtual void on_group_invite(const Key& friend_key, Bytes invite) = 0;
};

// The custom packets of group members. Called from inside ToxNode::iterate().
class PacketReceiver {
 public:
  virtual ~PacketReceiver() = default;
  // `packet` includes the packet id; its bytes are valid until the return.
  virtual void on_packet(GroupNumber group, PeerNumber peer, bool is_public, Bytes packet) = 0;
};

}  // namespace ngcshare
