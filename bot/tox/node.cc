#include "bot/tox/node.h"

#include <sodium.h>
#include <tox/tox.h>

#include <algorithm>
#include <array>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/port_in_use.h"
#include "bot/tox/text_bytes.h"
#include "bot/tox/toxcore_copy.h"

namespace ngcshare {
namespace {

constexpr GroupNumber kMaxGroups = 256;

NetworkConnection to_connection(Tox_Connection connection) {
  if (connection == TOX_CONNECTION_UDP) return NetworkConnection::kUdp;
  return connection == TOX_CONNECTION_TCP ? NetworkConnection::kTcp : NetworkConnection::kNone;
}

const char* explain(Tox_Err_New error) {
  switch (error) {
    case TOX_ERR_NEW_PORT_ALLOC:
      return "no UDP or TCP port could be bound; is --udp-port or --tcp-relay-port in use?";
    case TOX_ERR_NEW_PROXY_BAD_HOST:
      return "the proxy's host name is not valid or cannot be resolved";
    case TOX_ERR_NEW_PROXY_BAD_PORT:
      return "the proxy's port is not valid";
    case TOX_ERR_NEW_PROXY_NOT_FOUND:
      return "the proxy's host was not found";
    case TOX_ERR_NEW_LOAD_ENCRYPTED:
      return "profile.tox is encrypted";
    case TOX_ERR_NEW_LOAD_BAD_FORMAT:
      return "profile.tox is damaged; restore it from a backup or move it away for a new identity";
    default:
      return tox_err_new_to_string(error);
  }
}

void forward_log(Tox* /*tox*/, Tox_Log_Level level, const char* file, uint32_t line,
                 const char* function, const char* message, void* /*user_data*/) {
  if (level < TOX_LOG_LEVEL_WARNING) return;
  log_debug("toxcore", "toxcore {file}:{line} {function}: {message}", Field{"file", file},
            Field{"line", line}, Field{"function", function}, Field{"message", message});
}

using OptionsPointer = std::unique_ptr<Tox_Options, decltype(&tox_options_free)>;

OptionsPointer make_options(const ToxConfig& config) {
  OptionsPointer options(tox_options_new(nullptr), &tox_options_free);
  if (!options) throw ToxError("out of memory");
  tox_options_set_udp_enabled(options.get(), config.udp && !config.proxy);
  tox_options_set_local_discovery_enabled(options.get(), config.local_discovery);
  tox_options_set_experimental_groups_persistence(options.get(), true);
  tox_options_set_start_port(options.get(), config.udp_port);
  tox_options_set_end_port(options.get(), config.udp_port);
  tox_options_set_tcp_port(options.get(), config.tcp_relay_port);
  tox_options_set_log_callback(options.get(), forward_log);
  if (config.proxy) {
    tox_options_set_proxy_type(options.get(),
                               config.proxy->socks5 ? TOX_PROXY_TYPE_SOCKS5 : TOX_PROXY_TYPE_HTTP);
    tox_options_set_proxy_host(options.get(), config.proxy->host.c_str());
    tox_options_set_proxy_port(options.get(), config.proxy->port);
  }
  if (!config.savedata.empty()) {
    tox_options_set_savedata_type(options.get(), TOX_SAVEDATA_TYPE_TOX_SAVE);
    tox_options_set_savedata_data(options.get(), config.savedata.data(), config.savedata.size());
  }
  return options;
}

// Tries IPv4 alone after the dual-stack socket, which a kernel without IPv6 refuses.
Tox* start(const ToxConfig& config) {
  const std::string refusal = reason_to_refuse(linked_toxcore(), config.insecure_toxcore);
  if (!refusal.empty()) throw ToxError(refusal);
  const OptionsPointer options = make_options(config);
  Tox_Err_New error{};
  Tox* tox = tox_new(options.get(), &error);
  if (tox == nullptr && error == TOX_ERR_NEW_PORT_ALLOC) {
    tox_options_set_ipv6_enabled(options.get(), false);
    tox = tox_new(options.get(), &error);
  }
  if (tox == nullptr && error == TOX_ERR_NEW_PORT_ALLOC) {
    throw PortInUseError(std::string("cannot start Tox: ") + explain(error));
  }
  if (tox == nullptr) throw ToxError(std::string("cannot start Tox: ") + explain(error));
  return tox;
}

}  // namespace

// toxcore's C callbacks: each finds the node by the user data and calls its listener.
struct ToxCallbacks {
  static ToxNode& node(void* user_data) { return *static_cast<ToxNode*>(user_data); }
  static CallbackGuard& guard(void* user_data) { return node(user_data).guard_; }
  static std::string text(const uint8_t* message, size_t length) {
    return {reinterpret_cast<const char*>(message), length};
  }

  static void connection(Tox*, Tox_Connection status, void* user) {
    node(user).connection_ = to_connection(status);
    node(user).events_.on_connection(node(user).connection_);
  }
  static void self_join(Tox*, uint32_t group, void* user) {
    node(user).events_.on_self_join(group);
  }
  static void join_fail(Tox*, uint32_t group, Tox_Group_Join_Fail fail, void* user) {
    const JoinFailure failure = fail == TOX_GROUP_JOIN_FAIL_PEER_LIMIT ? JoinFailure::kFull
                                : fail == TOX_GROUP_JOIN_FAIL_INVALID_PASSWORD
                                    ? JoinFailure::kWrongPassword
                                    : JoinFailure::kOther;
    node(user).events_.on_join_failed(group, failure);
  }
  static void peer_join(Tox*, uint32_t group, uint32_t peer, void* user) {
    node(user).events_.on_peer_join(group, peer);
  }
  static void peer_exit(Tox*, uint32_t group, uint32_t peer, Tox_Group_Exit_Type type,
                        const uint8_t*, size_t, const uint8_t*, size_t, void* user) {
    const bool for_good = type == TOX_GROUP_EXIT_TYPE_QUIT || type == TOX_GROUP_EXIT_TYPE_KICK;
    node(user).events_.on_peer_exit(group, peer, for_good);
  }
  static void peer_name(Tox*, uint32_t group, uint32_t peer, const uint8_t* nick, size_t length,
                        void* user) {
    node(user).events_.on_peer_name(group, peer, text(nick, length));
  }
  static void message(Tox*, uint32_t group, uint32_t peer, Tox_Message_Type, const uint8_t* message,
                      size_t length, uint32_t id, void* user) {
    node(user).events_.on_chat_line(group, peer, {text(message, length), false, id});
  }
  static void private_message(Tox*, uint32_t group, uint32_t peer, Tox_Message_Type,
                              const uint8_t* message, size_t length, uint32_t id, void* user) {
    node(user).events_.on_chat_line(group, peer, {text(message, length), true, id});
  }
  static void custom(Tox*, uint32_t group, uint32_t peer, const uint8_t* data, size_t length,
                     void* user) {
    receive(node(user), group, peer, true, {data, length});
  }
  static void private_custom(Tox*, uint32_t group, uint32_t peer, const uint8_t* data,
                             size_t length, void* user) {
    receive(node(user), group, peer, false, {data, length});
  }
  static void receive(ToxNode& node, uint32_t group, uint32_t peer, bool is_public, Bytes packet) {
    if (node.receiver_ != nullptr) node.receiver_->on_packet(group, peer, is_public, packet);
  }
};

// Makes of a handler the callback that toxcore gets, which no exception leaves.
template <auto kHandler>
struct Guarded;
template <typename... Arguments, void (*kHandler)(Tox*, Arguments...)>
struct Guarded<kHandler> {
  static void call(Tox* tox, Arguments... arguments) {
    void* const user_data = std::get<sizeof...(Arguments) - 1>(std::tie(arguments...));
    ToxCallbacks::guard(user_data).run([&] { kHandler(tox, arguments...); });
  }
};

// Outside of this file friends are identified by their keys, not by toxcore's numbers.
struct ToxFriendCallbacks {
  static std::optional<Key> key(Tox* tox, uint32_t number) {
    Key key{};
    if (!tox_friend_get_public_key(tox, number, key.data(), nullptr)) return std::nullopt;
    return key;
  }
  static void connection(Tox* tox, uint32_t number, Tox_Connection status, void* user) {
    const auto friend_key = key(tox, number);
    if (!friend_key) return;
    ToxEvents& events = ToxCallbacks::node(user).events_;
    if (status == TOX_CONNECTION_NONE) {
      events.on_friend_offline(*friend_key);
    } else {
      events.on_friend_online(*friend_key);
    }
  }
  static void request(Tox*, const uint8_t* public_key, const uint8_t* message, size_t length,
                      void* user) {
    Key stranger{};
    std::copy_n(public_key, stranger.size(), stranger.begin());
    ToxCallbacks::node(user).events_.on_friend_request(stranger, {message, length});
  }
  static void invite(Tox* tox, uint32_t number, const uint8_t* data, size_t length, const uint8_t*,
                     size_t, void* user) {
    const auto friend_key = key(tox, number);
    if (friend_key) ToxCallbacks::node(user).events_.on_group_invite(*friend_key, {data, length});
  }
};

void ToxNode::Killer::operator()(Tox* tox) const { tox_kill(tox); }

ToxNode::ToxNode(const ToxConfig& config, ToxEvents& events)
    : events_(events), tox_(start(config)) {
  register_callbacks();
}

ToxNode::~ToxNode() = default;

void ToxNode::register_callbacks() {
  tox_callback_self_connection_status(raw(), Guarded<ToxCallbacks::connection>::call);
  tox_callback_friend_connection_status(raw(), Guarded<ToxFriendCallbacks::connection>::call);
  tox_callback_friend_request(raw(), Guarded<ToxFriendCallbacks::request>::call);
  tox_callback_group_invite(raw(), Guarded<ToxFriendCallbacks::invite>::call);
  tox_callback_group_self_join(raw(), Guarded<ToxCallbacks::self_join>::call);
  tox_callback_group_join_fail(raw(), Guarded<ToxCallbacks::join_fail>::call);
  tox_callback_group_peer_join(raw(), Guarded<ToxCallbacks::peer_join>::call);
  tox_callback_group_peer_name(raw(), Guarded<ToxCallbacks::peer_name>::call);
  tox_callback_group_peer_exit(raw(), Guarded<ToxCallbacks::peer_exit>::call);
  tox_callback_group_message(raw(), Guarded<ToxCallbacks::message>::call);
  tox_callback_group_private_message(raw(), Guarded<ToxCallbacks::private_message>::call);
  tox_callback_group_custom_packet(raw(), Guarded<ToxCallbacks::custom>::call);
  tox_callback_group_custom_private_packet(raw(), Guarded<ToxCallbacks::private_custom>::call);
}

void ToxNode::iterate() {
  tox_iterate(raw(), this);
  const auto actions = std::exchange(deferred_, {});
  for (const auto& action : actions) guard_.run(action);
  guard_.rethrow();
}

void ToxNode::defer(std::function<void()> action) { deferred_.push_back(std::move(action)); }

std::chrono::milliseconds ToxNode::iteration_interval() const {
  return std::chrono::milliseconds(tox_iteration_interval(tox_.get()));
}

std::vector<uint8_t> ToxNode::savedata() const {
  std::vector<uint8_t> data(tox_get_savedata_size(tox_.get()));
  tox_get_savedata(tox_.get(), data.data());
  return data;
}

std::array<uint8_t, 16> ToxNode::derive_secret(std::string_view purpose) const {
  std::array<uint8_t, TOX_SECRET_KEY_SIZE> key{};
  tox_self_get_secret_key(tox_.get(), key.data());
  std::array<uint8_t, 16> secret{};
  static_assert(secret.size() >= crypto_generichash_BYTES_MIN &&
                key.size() <= crypto_generichash_KEYBYTES_MAX);
  crypto_generichash(secret.data(), secret.size(), reinterpret_cast<const uint8_t*>(purpose.data()),
                     purpose.size(), key.data(), key.size());
  sodium_memzero(key.data(), key.size());
  return secret;
}

std::string ToxNode::address() const {
  std::array<uint8_t, TOX_ADDRESS_SIZE> address{};
  tox_self_get_address(tox_.get(), address.data());
  return to_hex(address);
}

std::string ToxNode::dht_key() const {
  Key key{};
  tox_self_get_dht_id(tox_.get(), key.data());
  return to_hex(key);
}

std::optional<uint16_t> ToxNode::udp_port() const {
  Tox_Err_Get_Port error{};
  const uint16_t port = tox_self_get_udp_port(tox_.get(), &error);
  return error == TOX_ERR_GET_PORT_OK ? std::optional(port) : std::nullopt;
}

void ToxNode::bootstrap(const std::string& ip, uint16_t port, const Key& key) {
  tox_bootstrap(raw(), ip.c_str(), port, key.data(), nullptr);
}

void ToxNode::add_tcp_relay(const std::string& ip, uint16_t port, const Key& key) {
  tox_add_tcp_relay(raw(), ip.c_str(), port, key.data(), nullptr);
}

bool ToxNode::send_message(GroupNumber group, const std::string& text) {
  Tox_Err_Group_Send_Message error{};
  tox_group_send_message(raw(), group, TOX_MESSAGE_TYPE_NORMAL, as_bytes(text), text.size(),
                         &error);
  return error == TOX_ERR_GROUP_SEND_MESSAGE_OK;
}

bool ToxNode::send_private_message(GroupNumber group, PeerNumber peer, const std::string& text) {
  Tox_Err_Group_Send_Private_Message error{};
  tox_group_send_private_message(raw(), group, peer, TOX_MESSAGE_TYPE_NORMAL, as_bytes(text),
                                 text.size(), &error);
  return error == TOX_ERR_GROUP_SEND_PRIVATE_MESSAGE_OK;
}

// Does not use toxcore's own count, which leaves out groups that are still being joined.
std::vector<GroupNumber> ToxNode::groups() const {
  std::vector<GroupNumber> found;
  for (GroupNumber group = 0; group < kMaxGroups; ++group) {
    if (chat_id(group)) found.push_back(group);
  }
  return found;
}

}  // namespace ngcshare
