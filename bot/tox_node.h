// One toxcore instance: the only file pair that calls toxcore but for the group contact and the
// bootstrapper. One thread owns it. toxcore must not be asked to create, join or leave a group from
// inside its own callbacks (use after free); ToxNode's callers run such things with defer().
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bot/hex.h"
#include "bot/level.h"
#include "bot/network_node.h"
#include "protocol/packet.h"

struct Tox;

namespace ngcshare {

using GroupNumber = uint32_t;
using PeerNumber = uint32_t;  // reused by toxcore at once: never remember one past on_peer_exit

// How the node starts. The defaults are what a member at home wants.
struct ToxConfig {
  bool udp = true;
  bool local_discovery = true;
  uint16_t udp_port = 0;        // 0: the first free one of toxcore's range
  uint16_t tcp_relay_port = 0;  // 0: no relay for others
  struct Proxy {
    bool socks5 = false;  // otherwise HTTP
    std::string host;
    uint16_t port = 0;
  };
  std::optional<Proxy> proxy;
  std::vector<uint8_t> savedata;  // empty: a new identity
};

// toxcore could not start; what() is one line for the user.
class ToxError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// No port that was asked for could be bound.
class PortInUseError : public ToxError {
 public:
  using ToxError::ToxError;
};

enum class Connection { kNone, kTcp, kUdp };
enum class JoinFailure { kFull, kWrongPassword, kOther };

// What happens in groups. Called from inside iterate().
class ToxEvents {
 public:
  virtual ~ToxEvents() = default;
  virtual void on_connection(Connection connection) = 0;
  virtual void on_self_join(GroupNumber group) = 0;
  virtual void on_join_failed(GroupNumber group, JoinFailure failure) = 0;
  virtual void on_peer_join(GroupNumber group, PeerNumber peer) = 0;
  // A peer of the group bears another nickname.
  virtual void on_peer_name(GroupNumber group, PeerNumber peer, const std::string& nick) = 0;
  // `for_good`: the peer has quit or was kicked; otherwise the connection was lost.
  virtual void on_peer_exit(GroupNumber group, PeerNumber peer, bool for_good) = 0;
  virtual void on_group_message(GroupNumber group, PeerNumber peer, const std::string& text) = 0;
  virtual void on_private_message(GroupNumber group, PeerNumber peer, const std::string& text) = 0;
  virtual void on_friend_online(const Key& friend_key) = 0;
  // A friend invites to a group; accept_invite() is not to be called from inside.
  virtual void on_group_invite(const Key& friend_key, Bytes invite) = 0;
  virtual void on_custom_packet(GroupNumber group, PeerNumber peer, bool is_public,
                                Bytes packet) = 0;
};

class ToxNode : public NetworkNode {
 public:
  // Throws ToxError. `events` outlives the node.
  ToxNode(const ToxConfig& config, ToxEvents& events);
  ~ToxNode() override;
  ToxNode(const ToxNode&) = delete;
  ToxNode& operator=(const ToxNode&) = delete;

  // Reads all sockets and runs what is due, then what was deferred.
  void iterate() override;
  // Runs `action` after the current iterate(), or at the end of the next one.
  void defer(std::function<void()> action);
  // When iterate() should run at the latest.
  std::chrono::milliseconds iteration_interval() const override;

  // The whole state with the secret keys.
  std::vector<uint8_t> savedata() const;
  std::string address() const;  // the Tox ID, 76 digits
  std::string dht_key() const;  // for bootstrapping from this node, 64 digits
  std::optional<uint16_t> udp_port() const override;
  Connection connection() const override { return connection_; }

  // Asks the node at a numeric address to let us in, by UDP and, if it has one, through its relay.
  void bootstrap(const std::string& ip, uint16_t port, const Key& key) override;
  void add_tcp_relay(const std::string& ip, uint16_t port, const Key& key) override;

  // -- groups; none of the first three may be called from inside a callback -------------------
  // All give nullopt and log why when toxcore refuses.
  std::optional<GroupNumber> create_group(const std::string& name, const std::string& nick,
                                          bool is_private);
  std::optional<GroupNumber> join_group(const Key& chat_id, const std::string& nick,
                                        const std::string& password);
  // False: no group can have this chat id, since it is no public key.
  static bool may_be_chat_id(const Key& chat_id);
  bool leave_group(GroupNumber group);
  // Founder only.
  bool set_group_password(GroupNumber group, const std::string& password);

  std::vector<GroupNumber> groups() const;
  std::optional<GroupNumber> find_group(const Key& chat_id) const;
  std::optional<Key> chat_id(GroupNumber group) const;
  std::string group_name(GroupNumber group) const;
  bool group_is_private(GroupNumber group) const;
  bool group_connected(GroupNumber group) const;
  std::optional<Key> own_key(GroupNumber group) const;

  // -- friends: only to get into private groups -----------------------------------------------
  // Sends a friend request to a Tox ID. False when it is none, or one's own.
  bool request_friend(Bytes tox_id, const std::string& greeting);
  // Takes a key for a friend's without asking, so that the friend's request and invitations count.
  bool expect_friend(const Key& key);
  bool invite(GroupNumber group, const Key& friend_key);
  // Not to be called from inside a callback. nullopt: refused, for example because we are in it.
  std::optional<GroupNumber> accept_invite(const Key& friend_key, Bytes invite,
                                           const std::string& nick, const std::string& password);
  // The chat id that an invitation leads to.
  static std::optional<Key> chat_id_of(Bytes invite);

  // -- peers ------------------------------------------------------------------------------------
  std::optional<Key> peer_key(GroupNumber group, PeerNumber peer) const;
  std::string peer_name(GroupNumber group, PeerNumber peer) const;
  std::optional<Role> peer_role(GroupNumber group, PeerNumber peer) const;
  Connection peer_connection(GroupNumber group, PeerNumber peer) const;

  // One line of at most kMaxMessageBytes each; false when toxcore did not take it.
  static constexpr size_t kMaxMessageBytes = 480;  // above about 490 NGC fragments
  bool send_message(GroupNumber group, const std::string& text);
  bool send_private_message(GroupNumber group, PeerNumber peer, const std::string& text);

  // toxcore itself, for the group contact's fast path.
  Tox* raw() { return tox_.get(); }
  static std::string version();
  static bool version_is_at_least(uint32_t major, uint32_t minor, uint32_t patch);

 private:
  struct Killer {
    void operator()(Tox* tox) const;
  };
  void register_callbacks();
  friend struct ToxCallbacks;
  friend struct ToxFriendCallbacks;

  ToxEvents& events_;
  std::unique_ptr<Tox, Killer> tox_;
  std::vector<std::function<void()>> deferred_;
  Connection connection_ = Connection::kNone;
};

}  // namespace ngcshare
