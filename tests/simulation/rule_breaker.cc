#include "tests/simulation/rule_breaker.h"

#include <algorithm>
#include <array>
#include <string>

#include "protocol/link/flow_control.h"
#include "tests/simulation/sim_peer.h"

namespace ngcshare::test {
namespace {

constexpr size_t kChunkBytes = 1200;
constexpr uint64_t kStreamWindow = link::FlowControl::Windows{}.initial_stream;

}  // namespace

void RuleBreaker::receive(PacketId id, Bytes body) {
  if (is_link_packet(id, body)) {
    std::vector<link::LinkFrame> frames;
    const auto header = link::decode_link_packet(body, frames);
    if (!header) return;
    packets_heard_ = std::max(packets_heard_, header->packet_number + 1);
    if (repents_) acknowledge(0, packets_heard_);
    return;
  }
  const auto packet = decode_packet(id, body);
  if (!packet) return;
  if (const auto* const offer = std::get_if<Offer>(&*packet)) {
    if (offer->transports.tcp) offers_.insert(offer->id);
    if (offer->extension) peer_epoch_ = offer->extension->epoch.value_or(0);
    greet(false);
  } else if (const auto* const kill = std::get_if<Kill>(&*packet)) {
    offers_.erase(kill->id);
    if (kill->reason != KillReason::kAck) send(Kill{kill->id, KillReason::kAck});
  } else if (std::holds_alternative<Hello>(*packet)) {
    greet(false);
  }
}

void RuleBreaker::act() {
  if (!ready()) return;
  using Crime = void (RuleBreaker::*)();
  static constexpr std::array<Crime, 11> kCrimes{
      &RuleBreaker::open_in_a_burst,
      &RuleBreaker::open_by_an_offers_id,
      &RuleBreaker::exceed_limits,
      &RuleBreaker::send_bytes,
      &RuleBreaker::leave_holes,
      &RuleBreaker::kill_as_closed,
      &RuleBreaker::finish_in_a_burst_and_never_acknowledge,
      &RuleBreaker::raise_limits_in_every_frame,
      &RuleBreaker::acknowledge_some,
      &RuleBreaker::acknowledge_what_was_never_sent,
      &RuleBreaker::offer_something,
  };
  const uint64_t choice = chance_.below(kCrimes.size() + 3);
  if (choice < kCrimes.size()) {
    (this->*kCrimes[choice])();
  } else if (choice == kCrimes.size()) {
    greet(true);
    greet(true);
  } else if (choice == kCrimes.size() + 1) {
    send_noise();
  } else {
    open(chance_.chance(0.5));
  }
}

void RuleBreaker::repent() {
  repents_ = true;
  std::erase_if(opened_, [this](const auto& stream) {
    const MsgId id = stream.first;
    const uint64_t sent = stream.second.sent;
    send_link([&](link::PacketWriter& out) { out.write_reset(id, sent); });
    return send(Kill{id, KillReason::kReset}) == SendResult::kSent;
  });
  acknowledge(0, packets_heard_);
}

// -- crimes ----------------------------------------------------------------------------------

void RuleBreaker::greet(bool wrong_digests) {
  Hello hello{epoch_, kWithLink, peer_epoch_, 0, 0, 0, true};
  if (wrong_digests) hello.open_digest = hello.heard_digest = chance_.next_u64();
  send(hello);
}

MsgId RuleBreaker::open(bool early_bytes) {
  if (offers_.empty()) return 0;
  const MsgId id = draw_msg_id(chance_);
  accept(id);
  opened_[id] = {};
  if (early_bytes) send_stream(id, 0, 1 + chance_.below(kChunkBytes), false);
  return id;
}

void RuleBreaker::open_in_a_burst() {
  for (uint64_t i = 5 + chance_.below(40); i > 0; --i) open(true);
}

// An id of its own must not be an offer's: a Kill of one would end the other.
void RuleBreaker::open_by_an_offers_id() {
  if (offers_.empty()) return;
  accept(*offers_.begin());
}

void RuleBreaker::exceed_limits() {
  const MsgId id = random_id();
  for (uint64_t i = 1 + chance_.below(50); i > 0; --i) {
    send_stream(id, kStreamWindow - 1 + chance_.below(4 * kStreamWindow), 1, false);
  }
}

void RuleBreaker::send_bytes() {
  const MsgId id = random_id();
  for (uint64_t i = 1 + chance_.below(60); i > 0; --i) {
    send_stream(id, opened_[id].sent, kChunkBytes, false);
  }
}

void RuleBreaker::leave_holes() {
  const MsgId id = random_id();
  for (uint64_t i = 1 + chance_.below(60); i > 0; --i) {
    send_stream(id, opened_[id].sent + 1 + chance_.below(4000), 1, false);
  }
}

void RuleBreaker::kill_as_closed() {
  for (uint64_t i = 1 + chance_.below(10); i > 0; --i) {
    send(Kill{random_id(), KillReason::kClosed});
  }
}

void RuleBreaker::finish_in_a_burst_and_never_acknowledge() {
  if (offers_.empty()) return;
  for (uint64_t i = 1 + chance_.below(20); i > 0; --i) {
    const MsgId id = open(false);
    send_stream(id, 0, 1 + chance_.below(kChunkBytes), true);
  }
}

void RuleBreaker::raise_limits_in_every_frame() {
  send_link([&](link::PacketWriter& out) {
    for (uint64_t limit = 0; limit < link::kMaxFramesPerPacket; ++limit) {
      const uint64_t bytes = (uint64_t{1} << 40) + limit;
      if (chance_.chance(0.8)) {
        out.write_link_limit(bytes);
      } else {
        out.write_stream_limit(random_id(), bytes);
      }
    }
  });
}

void RuleBreaker::acknowledge_some() {
  const uint64_t begin = chance_.below(packets_heard_ + 1);
  acknowledge(begin, begin + 1 + chance_.below(packets_heard_ + 1 - begin));
}

void RuleBreaker::acknowledge_what_was_never_sent() {
  const uint64_t begin = packets_heard_ + chance_.below(1000);
  acknowledge(begin, begin + 1 + chance_.below(1000));
}

void RuleBreaker::offer_something() {
  Offer offer{draw_msg_id(chance_), {true, true}, 80, {}, {}};
  offer.name = "x" + std::to_string(chance_.below(200));
  if (chance_.chance(0.5)) offer.extension = extension();
  send(offer);
}

void RuleBreaker::send_noise() {
  std::vector<uint8_t> body(chance_.below(100));
  for (uint8_t& byte : body) byte = static_cast<uint8_t>(chance_.next_u32());
  const auto id = static_cast<PacketId>(chance_.below(4));
  const auto channel = chance_.chance(0.5) ? Channel::kLossy : Channel::kLossless;
  out_.send({channel, id}, body);
}

// -- packets ---------------------------------------------------------------------------------

// Returns the id of a stream that it has opened, most often one that may still be open.
MsgId RuleBreaker::random_id() {
  if (opened_.empty()) return draw_msg_id(chance_);
  auto found = opened_.begin();
  std::advance(found, static_cast<std::ptrdiff_t>(chance_.below(opened_.size())));
  return found->first;
}

Extension RuleBreaker::extension() const {
  Extension made;
  made.capabilities = kWithLink;
  made.epoch = epoch_;
  return made;
}

void RuleBreaker::accept(MsgId id) {
  Accept accept{*offers_.begin(), extension()};
  accept.extension->mapping_id = id;
  send(accept);
}

SendResult RuleBreaker::send(const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  return out_.send(where, frame.body());
}

template <typename Write>
void RuleBreaker::send_link(const Write& write) {
  if (!ready()) return;
  Frame frame;
  link::PacketWriter out(frame, Frame::kMaxBodyBytes,
                         {link::link_token(epoch_, peer_epoch_), next_packet_++});
  write(out);
  if (out.empty()) out.write_ping();
  out.finish();
  out_.send({Channel::kLossy, PacketId::kAccept}, frame.body());
}

void RuleBreaker::send_stream(MsgId id, uint64_t offset, size_t length, bool fin) {
  const auto opened = opened_.find(id);
  if (opened != opened_.end()) opened->second.sent = std::max(opened->second.sent, offset + length);
  send_link([&](link::PacketWriter& out) {
    const auto room = out.write_stream(id, offset, length, fin);
    std::fill(room.begin(), room.end(), uint8_t{7});
  });
}

// Acknowledges the packets from `begin` to `end` - 1.
void RuleBreaker::acknowledge(uint64_t begin, uint64_t end) {
  if (begin >= end) return;
  send_link([&](link::PacketWriter& out) {
    out.write_ack({{begin, end}}, Duration{}, static_cast<uint32_t>(chance_.next_u32()));
  });
}

}  // namespace ngcshare::test
