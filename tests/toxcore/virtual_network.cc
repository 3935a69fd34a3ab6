#include "tests/toxcore/virtual_network.h"

#include <arpa/inet.h>
#include <network.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ngcshare::test {
namespace {

constexpr uint64_t kIpAndUdpHeaders = 28;
constexpr uint8_t kFirstHopOfTheOnion = 0x80;  // NET_PACKET_ONION_SEND_INITIAL

const uint8_t* as_bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Returns the socket of a new port of 127.0.0.1.
int open_port() {
  const int port = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (port < 0 || bind(port, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("no port");
  }
  return port;
}

}  // namespace

VirtualNode::VirtualNode(const VirtualNetwork& network) : clock_(network) {
  functions_ = *os_network()->funcs;
  functions_.sendto = send;
  functions_.recvfrom = receive;
  network_ = {&functions_, this};
  system_ = tox_default_system();
  system_.ns = &network_;
  system_.mono_time_user_data = const_cast<VirtualNetwork*>(&network);
  system_.mono_time_callback = [](void* user) {
    return static_cast<uint64_t>(static_cast<const VirtualNetwork*>(user)->now().count());
  };
  const std::unique_ptr<Tox_Options, decltype(&tox_options_free)> options(tox_options_new(nullptr),
                                                                          &tox_options_free);
  tox_options_set_local_discovery_enabled(options.get(), false);
  tox_options_set_ipv6_enabled(options.get(), false);
  const Tox_Options_Testing testing{&system_};
  tox_ = tox_new_testing(options.get(), nullptr, &testing, nullptr);
  if (tox_ == nullptr) throw std::runtime_error("toxcore did not start");
  tox_callback_self_connection_status(tox_, [](Tox*, Tox_Connection connection, void* user) {
    static_cast<VirtualNode*>(user)->online_ = connection != TOX_CONNECTION_NONE;
  });
  tox_callback_group_peer_join(
      tox_, [](Tox*, uint32_t, uint32_t, void* user) { ++static_cast<VirtualNode*>(user)->met_; });
  tox_callback_group_custom_packet(
      tox_, [](Tox*, uint32_t, uint32_t, const uint8_t*, size_t, void* user) {
        ++static_cast<VirtualNode*>(user)->heard_;
      });
}

VirtualNode::~VirtualNode() {
  tox_kill(tox_);
  if (other_socket_) close(net_socket_to_native(*other_socket_));
}

void VirtualNode::change_address() {
  if (other_socket_) close(net_socket_to_native(*other_socket_));
  other_socket_ = net_socket_from_native(open_port());
}

void VirtualNode::repeat_from_elsewhere() {
  const int elsewhere = open_port();
  os_network()->funcs->sendto(os_network()->obj, net_socket_from_native(elsewhere),
                              last_unreliable_.packet.data(), last_unreliable_.packet.size(),
                              &last_unreliable_.to);
  close(elsewhere);
}

void VirtualNode::lose(uint8_t kind, Milliseconds time) { loss_ = {kind, time, {}}; }

bool VirtualNode::is_lost(const uint8_t* data, size_t size) {
  if (!loss_ || size == 0 || data[0] != loss_->kind) return false;
  if (!loss_->end) loss_->end = clock_.now() + loss_->time;
  return clock_.now() < *loss_->end;
}

void VirtualNode::speak() {
  constexpr std::string_view kWord = "word";
  tox_group_send_custom_packet(tox_, 0, false, as_bytes(kWord), kWord.size(), nullptr);
}

Socket VirtualNode::socket_for(Socket socket) const { return other_socket_.value_or(socket); }

int VirtualNode::receive(void* node, Socket socket, uint8_t* data, size_t size, IP_Port* from) {
  const auto& self = *static_cast<VirtualNode*>(node);
  return os_network()->funcs->recvfrom(os_network()->obj, self.socket_for(socket), data, size,
                                       from);
}

int VirtualNode::send(void* node, Socket socket, const uint8_t* data, size_t size,
                      const IP_Port* to) {
  auto& self = *static_cast<VirtualNode*>(node);
  ++self.packets_;
  if (size > 0 && data[0] == kFirstHopOfTheOnion) self.request_bytes_ += size + kIpAndUdpHeaders;
  if (size > 0 && data[0] == NET_PACKET_GC_LOSSY)
    self.last_unreliable_ = {{data, data + size}, *to};
  if (self.is_lost(data, size)) return static_cast<int>(size);
  return os_network()->funcs->sendto(os_network()->obj, self.socket_for(socket), data, size, to);
}

void VirtualNode::learn(const VirtualNode& other) {
  std::array<uint8_t, TOX_PUBLIC_KEY_SIZE> key;
  tox_self_get_dht_id(other.tox_, key.data());
  tox_bootstrap(tox_, "127.0.0.1", tox_self_get_udp_port(other.tox_, nullptr), key.data(), nullptr);
}

ChatId VirtualNode::found_group() {
  constexpr std::string_view kName = "group", kNick = "founder";
  const uint32_t group = tox_group_new(tox_, TOX_GROUP_PRIVACY_STATE_PUBLIC, as_bytes(kName),
                                       kName.size(), as_bytes(kNick), kNick.size(), nullptr);
  ChatId id{};
  if (!tox_group_get_chat_id(tox_, group, id.data(), nullptr)) {
    throw std::runtime_error("toxcore did not found a group");
  }
  return id;
}

void VirtualNode::join(const ChatId& group) {
  constexpr std::string_view kNick = "newcomer";
  tox_group_join(tox_, group.data(), as_bytes(kNick), kNick.size(), nullptr, 0, nullptr);
}

VirtualNetwork::VirtualNetwork(size_t size) {
  while (nodes_.size() < size) add();
}

VirtualNode& VirtualNetwork::add() {
  nodes_.push_back(std::make_unique<VirtualNode>(*this));
  if (nodes_.size() > 1) nodes_.back()->learn(*nodes_.front());
  return *nodes_.back();
}

void VirtualNetwork::remove(const VirtualNode& node) {
  std::erase_if(nodes_, [&](const auto& one) { return one.get() == &node; });
}

void VirtualNetwork::pass(Milliseconds time, Milliseconds step) {
  for (const Milliseconds end = now_ + time; now_ < end;) {
    now_ += step;
    iterate_until_quiet();
  }
}

// A packet needs no time, so an answer over many nodes comes within the step.
void VirtualNetwork::iterate_until_quiet() {
  constexpr int kMostRounds = 100;
  uint64_t before = 0, sent = packets_sent();
  for (int round = 0; round == 0 || (sent != before && round < kMostRounds); ++round) {
    for (const auto& node : nodes_) node->iterate();
    before = std::exchange(sent, packets_sent());
  }
}

uint64_t VirtualNetwork::packets_sent() const {
  uint64_t sum = 0;
  for (const auto& node : nodes_) sum += node->packets_sent();
  return sum;
}

Milliseconds VirtualNetwork::pass_until(const std::function<bool()>& condition,
                                        Milliseconds limit) {
  constexpr Milliseconds kStep{50};  // as often as toxcore asks for
  const Milliseconds start = now_;
  while (!condition() && now_ - start < limit) pass(kStep, kStep);
  return now_ - start;
}

}  // namespace ngcshare::test
