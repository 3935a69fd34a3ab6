#include "tests/bench/plain_tox.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "tests/support/raw_text.h"

namespace bench {
namespace {

constexpr std::chrono::seconds kBootstrapInterval{1};

}  // namespace

PlainTox::PlainTox(uint16_t udp_port, std::optional<BootNode> boot) : boot_(std::move(boot)) {
  Tox_Options* const options = tox_options_new(nullptr);
  tox_options_set_local_discovery_enabled(options, false);
  tox_options_set_start_port(options, udp_port);
  tox_options_set_end_port(options, udp_port);
  tox_.reset(tox_new(options, nullptr));
  tox_options_free(options);
  if (!tox_) throw std::runtime_error("cannot start Tox");
  udp_socket_ = find_udp_socket(tox_self_get_udp_port(tox_.get(), nullptr));
  tox_callback_group_peer_join(tox_.get(), [](Tox*, uint32_t, uint32_t peer, void* self) {
    const auto& handler = static_cast<PlainTox*>(self)->on_peer;
    if (handler) handler(peer);
  });
  tox_callback_group_custom_private_packet(
      tox_.get(), [](Tox*, uint32_t, uint32_t peer, const uint8_t* data, size_t size, void* self) {
        const auto& handler = static_cast<PlainTox*>(self)->on_packet;
        if (handler) handler(peer, {data, size});
      });
}

std::string PlainTox::found(const std::string& name, const std::string& nick) {
  Tox_Err_Group_New error{};
  group_ = tox_group_new(tox_.get(), TOX_GROUP_PRIVACY_STATE_PUBLIC, as_bytes(name), name.size(),
                         as_bytes(nick), nick.size(), &error);
  if (error != TOX_ERR_GROUP_NEW_OK) throw std::runtime_error("cannot found a group");
  std::array<uint8_t, TOX_GROUP_CHAT_ID_SIZE> chat_id{};
  tox_group_get_chat_id(tox_.get(), group_, chat_id.data(), nullptr);
  return key_text(chat_id.data());
}

void PlainTox::join(const std::string& chat_id, const std::string& nick) {
  const auto id = from_hex(chat_id);
  if (!id || id->size() != TOX_GROUP_CHAT_ID_SIZE) throw std::runtime_error("not a chat id");
  Tox_Err_Group_Join error{};
  group_ = tox_group_join(tox_.get(), id->data(), as_bytes(nick), nick.size(), nullptr, 0, &error);
  if (error != TOX_ERR_GROUP_JOIN_OK) throw std::runtime_error("cannot join the group");
}

void PlainTox::iterate() {
  bootstrap_if_due();
  tox_iterate(tox_.get(), this);
}

bool PlainTox::wait(std::chrono::milliseconds limit, int other) {
  std::array<pollfd, 2> ready{{{udp_socket_, POLLIN, 0}, {other, POLLIN, 0}}};
  poll(ready.data(), ready.size(), static_cast<int>(std::min(limit, interval()).count()));
  return (ready[1].revents & (POLLIN | POLLHUP)) != 0;
}

bool PlainTox::send(uint32_t peer, std::span<const uint8_t> packet) {
  return tox_group_send_custom_private_packet(tox_.get(), group_, peer, false, packet.data(),
                                              packet.size(), nullptr);
}

std::string PlainTox::address(const std::string& host) const {
  std::array<uint8_t, TOX_PUBLIC_KEY_SIZE> key{};
  tox_self_get_dht_id(tox_.get(), key.data());
  return host + ":" + std::to_string(tox_self_get_udp_port(tox_.get(), nullptr)) + ":" +
         key_text(key.data());
}

std::chrono::milliseconds PlainTox::interval() const {
  return std::chrono::milliseconds(tox_iteration_interval(tox_.get()));
}

// Bootstraps repeatedly, because otherwise one lost packet would mean no network.
void PlainTox::bootstrap_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (!boot_ || now < next_bootstrap_ ||
      tox_self_get_connection_status(tox_.get()) != TOX_CONNECTION_NONE) {
    return;
  }
  next_bootstrap_ = now + kBootstrapInterval;
  tox_bootstrap(tox_.get(), boot_->host.c_str(), boot_->port, boot_->key.data(), nullptr);
}

bool input_ended() {
  std::array<char, 256> part{};
  return read(STDIN_FILENO, part.data(), part.size()) <= 0;
}

}  // namespace bench
