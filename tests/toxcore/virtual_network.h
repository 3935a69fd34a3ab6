// A Tox network in virtual time: nodes of real toxcore on 127.0.0.1 whose clock moves only when the
// test moves it, so that hours take seconds. REQUIRES: sodium_init(). Uses toxcore's interface for
// tests (tox_private.h), which only its static library has.
#pragma once

#include <os_network.h>
#include <tox/tox.h>
#include <tox_private.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ngcshare::test {

using ChatId = std::array<uint8_t, TOX_GROUP_CHAT_ID_SIZE>;
using Milliseconds = std::chrono::milliseconds;

class VirtualNetwork;

// One toxcore.
class VirtualNode {
 public:
  explicit VirtualNode(const VirtualNetwork& network);
  ~VirtualNode();
  VirtualNode(const VirtualNode&) = delete;
  VirtualNode& operator=(const VirtualNode&) = delete;

  void iterate() { tox_iterate(tox_, this); }
  // Returns toxcore itself, for what only one test does.
  Tox* tox() { return tox_; }
  // Tells this node of another one, as a boot node.
  void learn(const VirtualNode& other);
  // Founds a public group.
  ChatId found_group();
  void join(const ChatId& group);

  // Sends and receives under another address from now on, unknown to toxcore, as a router does that
  // has lost its table. What is sent to the old one is lost.
  void change_address();
  // Sends the last unreliable packet to the group again, from a port of somebody else.
  void repeat_from_elsewhere();
  // Loses the packets of a kind (their first byte) for a while, beginning with the next one.
  void lose(uint8_t kind, Milliseconds time);
  // Sends an unreliable packet to everybody in the group.
  void speak();
  // Returns how many packets of speak() have come from others.
  size_t heard() const { return heard_; }

  bool is_online() const { return online_; }
  // Returns whether another member of a group has been met.
  bool has_met_somebody() const { return met_ > 0; }
  uint64_t packets_sent() const { return packets_; }
  // Returns the bytes of this node's own requests through the onion: searches and announcements,
  // not what it passes on.
  uint64_t request_bytes_sent() const { return request_bytes_; }

 private:
  struct Sent {
    std::vector<uint8_t> packet;
    IP_Port to{};
  };

  // A kind of packet that is lost.
  struct Loss {
    uint8_t kind = 0;
    Milliseconds time{};
    std::optional<Milliseconds> end;  // from the first one on
  };

  bool is_lost(const uint8_t* data, size_t size);
  Socket socket_for(Socket socket) const;
  static int receive(void* node, Socket socket, uint8_t* data, size_t size, IP_Port* from);
  static int send(void* node, Socket socket, const uint8_t* data, size_t size, const IP_Port* to);

  const VirtualNetwork& clock_;
  std::optional<Socket> other_socket_;
  std::optional<Loss> loss_;
  Sent last_unreliable_;
  uint64_t packets_ = 0;
  uint64_t request_bytes_ = 0;
  Network_Funcs functions_{};
  Network network_{};
  Tox_System system_{};
  Tox* tox_ = nullptr;
  bool online_ = false;
  int met_ = 0;
  size_t heard_ = 0;
};

class VirtualNetwork {
 public:
  // Begins with `size` nodes, which know the first one.
  explicit VirtualNetwork(size_t size);

  // Adds a node that knows the first one; valid until remove().
  VirtualNode& add();
  void remove(const VirtualNode& node);

  // Lets `time` pass in steps.
  void pass(Milliseconds time, Milliseconds step);
  // Lets time pass until the condition holds. Returns how long that took, or `limit` if it does not
  // hold by then.
  Milliseconds pass_until(const std::function<bool()>& condition, Milliseconds limit);

  Milliseconds now() const { return now_; }
  const VirtualNode& first() const { return *nodes_.front(); }

 private:
  void iterate_until_quiet();
  uint64_t packets_sent() const;

  Milliseconds now_ = std::chrono::minutes(10);
  std::vector<std::unique_ptr<VirtualNode>> nodes_;
};

}  // namespace ngcshare::test
