#include "tests/whole_program/stranger.h"

#include <algorithm>

#include "protocol/base/overloaded.h"

namespace ngcshare::test {
namespace {

MsgId mapping_of(const Accept& accept) {
  const bool has_own_id = accept.extension && accept.extension->mapping_id;
  return has_own_id ? *accept.extension->mapping_id : accept.offer_id;
}

template <typename List, typename Value>
void remember(List& list, const Value& value, size_t most) {
  if (std::find(list.begin(), list.end(), value) != list.end()) return;
  if (list.size() >= most) list.erase(list.begin());
  list.push_back(value);
}

}  // namespace

// -- what it sends ---------------------------------------------------------------------------

void Stranger::send(const Key& to, const Packet& packet) {
  if (const auto* const offer = std::get_if<Offer>(&packet)) {
    remember(known_[to].made, *offer, kMostMade);
  }
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  network_.send(key_, to, where, frame.body());
}

void Stranger::send_bytes(const Key& to, Outgoing where, Bytes body) {
  network_.send(key_, to, where, body);
}

void Stranger::send_public(const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  network_.send_public(key_, where, frame.body());
}

void Stranger::say(const std::string& text, bool privately) {
  if (!privately) network_.say(key_, text);
  for (const Key& other : network_.others(key_)) {
    if (privately) network_.tell(key_, other, text);
  }
}

std::optional<Extension> Stranger::extension() const {
  if (!manner_.has_extension) return std::nullopt;
  Extension extension;
  extension.capabilities = manner_.capabilities;
  extension.epoch = manner_.epoch;
  return extension;
}

Offer Stranger::offer(MsgId id, const std::string& name, TransportSet transports,
                      uint16_t port) const {
  return {id, transports, port, name, extension()};
}

Hello Stranger::hello(const Key& to, uint32_t capabilities) const {
  const auto found = known_.find(to);
  const uint32_t other = found == known_.end() ? 0 : found->second.epoch;
  return {manner_.epoch, capabilities, other, 0, 0, 0, true};
}

// -- what it hears ---------------------------------------------------------------------------

void Stranger::on_packet(const Key& from, PacketId id, bool /*is_public*/, Bytes body) {
  const bool link = is_link_packet(id, body);
  if (recent_.size() >= kMostRecent) recent_.pop_front();
  recent_.push_back(
      {{link ? Channel::kLossy : Channel::kLossless, id}, {body.begin(), body.end()}});
  if (link) return;
  const auto packet = decode_packet(id, body);
  if (!packet) return;
  hear(from, *packet);
  if (manner_.answers) answer(from, *packet);
}

void Stranger::hear(const Key& from, const Packet& packet) {
  Known& known = known_[from];
  std::visit(Overloaded{
                 [&](const Offer& offer) {
                   std::erase_if(known.offers,
                                 [&](const Offer& one) { return one.id == offer.id; });
                   remember(known.offers, offer, kMostKnown);
                   if (offer.extension && offer.extension->epoch) {
                     known.epoch = *offer.extension->epoch;
                   }
                 },
                 [&](const Accept& accept) {
                   remember(known.mappings, mapping_of(accept), kMostKnown);
                   if (accept.extension && accept.extension->epoch) {
                     known.epoch = *accept.extension->epoch;
                   }
                 },
                 [&](const AckAcc& ack) { remember(known.mappings, ack.mapping_id, kMostKnown); },
                 [&](const Kill& kill) {
                   std::erase(known.mappings, kill.id);
                   std::erase_if(known.offers, [&](const Offer& one) { return one.id == kill.id; });
                 },
                 [&](const Hello& hello) { known.epoch = hello.epoch; },
                 [](const auto& /*other*/) {},
             },
             packet);
}

void Stranger::answer(const Key& from, const Packet& packet) {
  std::visit(Overloaded{
                 [&](const Accept& accept) {
                   std::optional<Extension> own = extension();
                   if (own) own->epoch.reset();
                   send(from, AckAcc{mapping_of(accept), own});
                 },
                 [&](const StreamData& data) { send(from, data); },
                 [&](const Datagram& datagram) { send(from, datagram); },
                 [&](const Hello& /*hello*/) {
                   if (!manner_.greets) return;
                   Hello own = hello(from, manner_.capabilities);
                   own.answer_wanted = false;
                   send(from, own);
                 },
                 [](const auto& /*other*/) {},
             },
             packet);
}

void Stranger::on_line(const Key& /*from*/, const ChatLine& line) {
  if (messages_.size() < kMostKnown) messages_.push_back(line.text);
}

}  // namespace ngcshare::test
