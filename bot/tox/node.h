// One toxcore instance, used by one thread. node.cc, node_groups.cc and node_friends.cc implement
// it and, with profile_cipher.cc, are the only files that call toxcore. toxcore must not be asked
// to create, join or leave a group from inside its own callbacks (use after free), so ToxNode's
// callers run such calls with defer().
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/group_role.h"
#include "bot/base/key.h"
#include "bot/tox/callback_guard.h"
#include "bot/tox/config.h"
#include "bot/tox/events.h"
#include "bot/tox/network_node.h"
#include "protocol/base/bytes.h"

struct Tox;

namespace ngcshare {

// toxcore could not start; what() is one line for the user.
class ToxError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ToxNode : public NetworkNode {
 public:
  // `events` must outlive the node. Throws ToxError.
  ToxNode(const ToxConfig& config, ToxEvents& events);
  ~ToxNode() override;
  ToxNode(const ToxNode&) = delete;
  ToxNode& operator=(const ToxNode&) = delete;

  // Custom packets are dropped without a receiver; it must outlive the node or be reset (nullptr).
  void set_packet_receiver(PacketReceiver* receiver) { receiver_ = receiver; }

  // Reads all sockets and runs what is due, then the deferred actions. Throws the first exception
  // of those and of the listeners after all of that is done.
  void iterate() override;
  // Runs `action` after the current iterate(), or at the end of the next one.
  void defer(std::function<void()> action);
  // Returns the time after which iterate() must run again at the latest.
  std::chrono::milliseconds iteration_interval() const override;

  // Returns the whole state, secret keys included.
  std::vector<uint8_t> savedata() const;
  // Returns a secret of the profile for one purpose. It tells nothing about the profile's keys.
  std::array<uint8_t, 16> derive_secret(std::string_view purpose) const;
  std::string address() const;  // the Tox ID, 76 digits
  std::string dht_key() const;  // for bootstrapping from this node, 64 digits
  std::optional<uint16_t> udp_port() const override;
  NetworkConnection connection() const override { return connection_; }

  // Asks the node at a numeric address to let us in, by UDP and, if it has one, through its relay.
  void bootstrap(const std::string& ip, uint16_t port, const Key& key) override;
  void add_tcp_relay(const std::string& ip, uint16_t port, const Key& key) override;

  // -- groups -----------------------------------------------------------------------------------
  // create_group(), join_group() and leave_group() must not be called from inside a callback.
  // The first two return nullopt and log the reason when toxcore refuses.
  std::optional<GroupNumber> create_group(const std::string& name, const std::string& nick,
                                          bool is_private);
  std::optional<GroupNumber> join_group(const Key& chat_id, const std::string& nick,
                                        const std::string& password);
  // Returns false if no group can have this chat id because it is not a public key.
  static bool may_be_chat_id(const Key& chat_id);
  bool leave_group(GroupNumber group);
  // Sets the own nickname in all groups, also in those that the profile remembers. Must not be
  // called from inside a callback.
  void set_nick(const std::string& nick);
  // Only the founder can. Returns false, and logs the reason, if toxcore refuses.
  bool set_group_password(GroupNumber group, const std::string& password);

  std::vector<GroupNumber> groups() const;
  std::optional<GroupNumber> find_group(const Key& chat_id) const;
  std::optional<Key> chat_id(GroupNumber group) const;
  std::string group_name(GroupNumber group) const;
  bool group_is_private(GroupNumber group) const;
  // Returns false if toxcore does nothing about the group: a peer refused us, or we were kicked
  // out.
  bool group_connected(GroupNumber group) const;
  // Returns the password with which toxcore joins the group, "" if there is none; in the group it
  // is the group's own of now.
  std::string group_password(GroupNumber group) const;
  std::optional<Role> own_role(GroupNumber group) const;
  std::optional<Key> own_key(GroupNumber group) const;

  // -- friends: only to get into groups -------------------------------------------------------
  // Sends a friend request. Returns false if `tox_id` is not a Tox ID, or is our own.
  bool request_friend(Bytes tox_id, const std::string& greeting);
  // Adds a friend without sending a request, so that their request and invitations are accepted.
  bool expect_friend(const Key& key);
  // Must not be called from inside a callback. Does nothing if there is no such friend.
  void remove_friend(const Key& key);
  bool invite(GroupNumber group, const Key& friend_key);
  // Must not be called from inside a callback. Returns nullopt if toxcore refuses, for example
  // because we are in the group already.
  std::optional<GroupNumber> accept_invite(const Key& friend_key, Bytes invite,
                                           const std::string& nick, const std::string& password);
  // Returns the chat id of the group that an invitation is for.
  static std::optional<Key> chat_id_of(Bytes invite);

  // -- peers ------------------------------------------------------------------------------------
  std::optional<Key> peer_key(GroupNumber group, PeerNumber peer) const;
  std::string peer_name(GroupNumber group, PeerNumber peer) const;
  std::optional<Role> peer_role(GroupNumber group, PeerNumber peer) const;
  NetworkConnection peer_connection(GroupNumber group, PeerNumber peer) const;

  // -- chat -------------------------------------------------------------------------------------
  static constexpr size_t kMaxMessageBytes = 480;  // NGC fragments messages above about 490
  // Send `text`, of at most kMaxMessageBytes. Return false if toxcore did not take it.
  bool send_message(GroupNumber group, const std::string& text);
  bool send_private_message(GroupNumber group, PeerNumber peer, const std::string& text);

  // -- custom packets ---------------------------------------------------------------------------
  enum class Delivery { kLossy, kLossless };
  enum class Sent {
    kSent,  // toxcore took it; a lossy packet may still be lost
    kFull,  // no room now: try again after the next iterate()
    kGone,  // there is no such group or peer
  };
  Sent send_packet(GroupNumber group, PeerNumber peer, Delivery delivery, Bytes packet);
  // Sends a lossless packet to every peer who is in the group now.
  Sent send_public_packet(GroupNumber group, Bytes packet);

 private:
  struct Killer {
    void operator()(Tox* tox) const;
  };
  Tox* raw() { return tox_.get(); }
  void register_callbacks();
  friend struct ToxCallbacks;
  friend struct ToxFriendCallbacks;

  ToxEvents& events_;
  PacketReceiver* receiver_ = nullptr;
  std::unique_ptr<Tox, Killer> tox_;
  CallbackGuard guard_;
  std::vector<std::function<void()>> deferred_;
  NetworkConnection connection_ = NetworkConnection::kNone;
};

}  // namespace ngcshare
