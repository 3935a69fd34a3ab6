#include "tests/bench/packet_world.h"

#include <chrono>
#include <utility>

#include "bot/base/log.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr ServiceKey kService = 7;
constexpr uint32_t kFirstEpoch = 0x01000011;

storage::Person person(size_t number) {
  storage::Person one;
  one.chat_id.fill(1);
  one.key.fill(2);
  one.key[0] = static_cast<uint8_t>(number);
  one.key[1] = static_cast<uint8_t>(number >> 8);
  return one;
}

}  // namespace

SendResult Wire::send(Outgoing where, Frame& frame) {
  if (used_ == packets_.size()) packets_.emplace_back();
  Packet& packet = packets_[used_++];
  packet.id = where.id;
  packet.body.assign(frame.body().begin(), frame.body().end());
  sent_.add(packet.body.size());
  return SendResult::kSent;
}

PeerSession::Config PacketWorld::config() const {
  PeerSession::Config config;
  config.capabilities = kCapMulti | kCapWindow | kCapFragment | kLinkCapabilities;
  return config;
}

PacketWorld::PacketWorld(size_t peers) {
  set_log_level("error");
  hub_.set_offer_maker(this);
  for (size_t i = 0; i < peers; ++i) {
    PeerSession::Config far = config();
    far.epoch = kFirstEpoch + static_cast<uint32_t>(i);
    ends_.push_back(std::make_unique<FarEnd>(entropy_, far, now_));
    auto wire = std::make_unique<Wire>();
    ends_.back()->answers = wire.get();
    ends_.back()->peer = &hub_.join(person(i), Role::kUser, std::move(wire));
  }
  settle();
}

PacketWorld::~PacketWorld() {
  hub_.shut_down();
  for (const auto& end : ends_) {
    end->session.peer_left(now_);
    end->session.pump(now_);
  }
  loop_.poll();
}

void PacketWorld::on_peer_joined(Peer& peer) {
  peer.session->offer(kService, {0, {true, true}, 80, "web", {}}, {}, false, now_);
}

std::optional<KillReason> PacketWorld::on_accept(Peer& /*peer*/, Mapping& mapping,
                                                 ServiceKey /*service*/) {
  mapping.set_sink(&sink_);
  mapping.acknowledge();
  return std::nullopt;
}

Mapping& PacketWorld::open(FarEnd& end, Transport transport) {
  return *end.session.open(end.heard->id, transport, end.sink, now_);
}

void PacketWorld::tick(FarEnd& end) {
  const auto due = end.session.deadline();
  if (!due || *due > now_) return;
  end.session.tick(now_);
  end.session.pump(now_);
}

void PacketWorld::carry(FarEnd& end) {
  const size_t sent = end.wire.carry([&](const Wire::Packet& packet) {
    hub_.receive(*end.peer, packet.id, false, packet.body, packet.body.size() + 2);
  });
  if (sent > 0) hub_.pump();
  const size_t answered = end.answers->carry([&](const Wire::Packet& packet) {
    end.session.receive(packet.id, false, packet.body, now_);
  });
  if (answered > 0) end.session.pump(now_);
}

void PacketWorld::step() {
  now_ += 1ms;
  busy().session.pump(now_);
  carry(busy());
  const auto due = busy().peer->session->deadline();
  if (due && *due <= now_) hub_.tick();
  loop_.poll();
  loop_.restart();
  tick(busy());
}

void PacketWorld::settle() {
  for (int i = 0; i < 1000; ++i) {
    now_ += 2ms;
    hub_.tick();
    hub_.pump();
    loop_.poll();
    loop_.restart();
    for (const auto& end : ends_) {
      end->session.pump(now_);
      tick(*end);
      carry(*end);
    }
  }
}

}  // namespace ngcshare::test
