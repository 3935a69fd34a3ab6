#include "packet_storm.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace {

constexpr size_t kIdsKept = 32;
constexpr size_t kPacketsKept = 16;
constexpr size_t kLosslessMost = 500;
constexpr size_t kLossyMost = 1373;

constexpr uint8_t kOffer = 0;
constexpr uint8_t kAccept = 1;
constexpr uint8_t kAck = 2;
constexpr uint8_t kData = 3;
constexpr uint8_t kKill = 0xF1;
constexpr uint8_t kStream = 0xF2;
constexpr uint8_t kWindow = 0xF3;
constexpr uint8_t kHello = 0xF4;
constexpr uint8_t kCopy = 0xF5;
constexpr uint8_t kLink = 0xF6;
constexpr uint8_t kFragment = 0xF7;
constexpr std::array<uint32_t, 8> kForeignKinds = {0,     1,     3,          8,
                                                   0xF00, 0xF02, 0x09000001, 0x09000210};

void put(Bytes& to, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void put(Bytes& to, const Bytes& part) { to.insert(to.end(), part.begin(), part.end()); }

uint32_t read_u32(const uint8_t* at) {
  return at[0] | uint32_t{at[1]} << 8 | uint32_t{at[2]} << 16 | uint32_t{at[3]} << 24;
}

// SPEC.md §8.2: FNV-1a over the two epochs, folded.
uint16_t link_token(uint32_t sender, uint32_t receiver) {
  Bytes epochs;
  put(epochs, sender, 4);
  put(epochs, receiver, 4);
  uint32_t hash = 0x811C9DC5;
  for (const uint8_t byte : epochs) hash = (hash ^ byte) * 0x01000193;
  return static_cast<uint16_t>(hash ^ hash >> 16);
}

}  // namespace

void PacketStorm::hear(const std::string& peer, const uint8_t* data, size_t size) {
  Heard& heard = heard_[peer];
  if (size < 7 || data[0] != 0x90) return;
  const uint8_t first = data[2];
  if (data[1] == kAccept && first == kHello) heard.epoch = read_u32(data + 3);
  if (data[1] == kData && first >= kKill) {
    keep_id(heard, read_u32(data + 3));
  } else if (data[1] != kAccept || first < kKill) {
    keep_id(heard, read_u32(data + 2));
  }
  const Bytes packet(data, data + size);
  if (heard.packets.size() < kPacketsKept) return heard.packets.push_back(packet);
  if (chance(10)) heard.packets[below(kPacketsKept)] = packet;
}

PacketStorm::Packet PacketStorm::next(const std::string& peer) {
  Heard& heard = heard_[peer];
  if (chance(1) && chance(30)) own_epoch_ = id();  // as a new process
  Packet packet = make(heard);
  if (chance(20)) spoil(packet.bytes, heard);
  if (chance(5)) packet.is_lossless = !packet.is_lossless;
  if (chance(2)) packet.is_public = !packet.is_public;
  packet.bytes.resize(
      std::min(packet.bytes.size(), packet.is_lossless ? kLosslessMost : kLossyMost));
  return packet;
}

Bytes PacketStorm::some_bytes(size_t most) {
  Bytes bytes(below(static_cast<uint32_t>(most) + 1));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(draw() >> 8);
  return bytes;
}

uint32_t PacketStorm::id() {
  const uint32_t drawn = draw();
  return (drawn & 0xFF) >= 0xF0 && !chance(2) ? drawn ^ 0x80 : drawn;
}

uint32_t PacketStorm::known_id(Heard& heard) {
  if (heard.ids.empty() || chance(10)) return id();
  return heard.ids[below(static_cast<uint32_t>(heard.ids.size()))];
}

void PacketStorm::keep_id(Heard& heard, uint32_t id) {
  if (std::find(heard.ids.begin(), heard.ids.end(), id) != heard.ids.end()) return;
  if (heard.ids.size() < kIdsKept) return heard.ids.push_back(id);
  heard.ids[below(kIdsKept)] = id;
}

void PacketStorm::add_extension(Bytes& to, Heard& heard) {
  if (chance(20)) return;
  put(to, 0xE1, 1);
  put(to, chance(70) ? 0x7F : below(128), 4);
  if (chance(60)) {
    const uint32_t mapping = chance(60) ? id() : known_id(heard);
    keep_id(heard, mapping);
    put(to, 0x0401, 2);
    put(to, mapping, 4);
  }
  if (chance(30)) {
    put(to, 0x0102, 2);
    put(to, chance(95) ? 1 + below(2) : below(256), 1);
  }
  if (chance(80)) {
    put(to, 0x0403, 2);
    put(to, own_epoch_, 4);
  }
  if (chance(20)) {
    put(to, 0x0104, 2);
    put(to, below(4), 1);
  }
  if (chance(10)) {
    const Bytes text = chance(80) ? Bytes(below(201), 'd') : some_bytes(255);
    put(to, 5, 1);
    put(to, text.size(), 1);
    put(to, text);
  }
}

Bytes PacketStorm::offer(Heard& heard) {
  Bytes body;
  const uint32_t offered = chance(60) ? id() : known_id(heard);
  keep_id(heard, offered);
  put(body, offered, 4);
  put(body, chance(95) ? 1 + below(3) : below(256), 1);
  put(body, chance(50) ? 20000 + below(2000) : below(65536), 2);
  const std::string text = "storm " + std::to_string(below(200));
  const Bytes name = chance(95) ? Bytes(text.begin(), text.end()) : some_bytes(80);
  put(body, name.size(), 1);
  put(body, name);
  add_extension(body, heard);
  return body;
}

Bytes PacketStorm::accept(Heard& heard) {
  Bytes body;
  put(body, known_id(heard), 4);
  add_extension(body, heard);
  return body;
}

Bytes PacketStorm::hello(Heard& heard) {
  Bytes body{kHello};
  put(body, chance(95) ? own_epoch_ : id(), 4);
  put(body, chance(80) ? 0x7F : below(128), 4);
  put(body, chance(80) ? heard.epoch : id(), 4);
  for (int digest = 0; digest < 3; ++digest) put(body, chance(50) ? 0 : draw(), 8);
  put(body, below(2), 1);
  return body;
}

Bytes PacketStorm::fragment(Heard& heard) {
  Bytes body{kFragment};
  put(body, known_id(heard), 4);
  put(body, below(4), 2);
  const uint32_t count = 1 + below(chance(90) ? 4 : 60);
  put(body, below(count + 1), 1);
  put(body, count, 1);
  put(body, chance(70) ? Bytes(1362, 'f') : some_bytes(1362));
  return body;
}

// Kill, tcp Data, Window, or udp Data.
Bytes PacketStorm::control_on_data(Heard& heard) {
  Bytes body;
  constexpr std::array<uint8_t, 3> kMarks = {kKill, kStream, kWindow};
  const uint32_t kind = below(4);
  if (kind < kMarks.size()) body.push_back(kMarks[kind]);
  put(body, known_id(heard), 4);
  if (kind == 0) {
    put(body, chance(90) ? below(14) : below(256), 1);
  } else if (kind == 2) {
    put(body, uint64_t{draw()} << below(33), 8);
  } else {
    put(body, some_bytes(kind == 1 ? 493 : 1367));
  }
  return body;
}

void PacketStorm::add_frame(Bytes& to, Heard& heard) {
  switch (below(7)) {
    case 0:
      return to.push_back(1);  // PING
    case 1: {                  // ACK
      const uint32_t pairs = chance(80) ? 0 : below(33);
      to.push_back(2);
      put(to, chance(90) ? below(200) : draw(), 3);
      put(to, below(65536), 2);
      put(to, below(20), 2);
      to.push_back(static_cast<uint8_t>(pairs));
      for (uint32_t i = 0; i < 2 * pairs; ++i) put(to, below(30), 2);
      return;
    }
    case 2:  // STREAM_LIMIT, RESET
      to.push_back(chance(50) ? 5 : 7);
      put(to, known_id(heard), 4);
      return put(to, uint64_t{draw()} << below(33), 8);
    case 3:  // LINK_LIMIT
      to.push_back(6);
      return put(to, uint64_t{draw()} << below(33), 8);
    case 4:
    case 5: {  // STREAM with a length
      const Bytes bytes = some_bytes(200);
      to.push_back(static_cast<uint8_t>(chance(10) ? 0x13 : 0x12));
      put(to, known_id(heard), 4);
      put(to, chance(70) ? below(4) * 100 : draw(), 4);
      put(to, bytes.size(), 2);
      return put(to, bytes);
    }
    default: {  // CONTROL
      const uint32_t kind = below(4);
      const Bytes body = kind == kOffer  ? offer(heard)
                         : kind == kData ? control_on_data(heard)
                                         : accept(heard);
      to.push_back(static_cast<uint8_t>(0x40 + kind));
      put(to, body.size(), 2);
      put(to, body);
    }
  }
}

Bytes PacketStorm::link_packet(Heard& heard) {
  Bytes body{kLink};
  put(body, chance(95) ? link_token(own_epoch_, heard.epoch) : below(65536), 2);
  put(body, chance(90) ? heard.link_packets++ : draw(), 3);
  const uint32_t frames = 1 + below(chance(95) ? 4 : 70);
  for (uint32_t frame = 0; frame < frames && body.size() < kLossyMost; ++frame) {
    add_frame(body, heard);
  }
  return body;
}

PacketStorm::Packet PacketStorm::make(Heard& heard) {
  const auto packet = [](uint8_t id, const Bytes& body, bool is_lossless, bool is_public = false) {
    Packet made{{0x90, id}, is_lossless, is_public};
    put(made.bytes, body);
    return made;
  };
  const uint32_t kind = below(100);
  if (kind < 10) return packet(kOffer, offer(heard), true, chance(20));
  if (kind < 25) return packet(kAccept, accept(heard), true);
  if (kind < 32) return packet(kAck, accept(heard), true);
  if (kind < 55) return packet(kData, control_on_data(heard), chance(60), chance(3));
  if (kind < 62) return packet(kAccept, hello(heard), false);
  if (kind < 67) return packet(kAccept, fragment(heard), false);
  if (kind < 85) return packet(kAccept, link_packet(heard), false);
  if (kind < 91) {  // a copy
    const uint32_t id = below(4);
    Bytes body{kCopy, static_cast<uint8_t>(id)};
    put(body, id == kOffer ? offer(heard) : id == kData ? control_on_data(heard) : accept(heard));
    return packet(kAccept, body, false);
  }
  if (kind < 94 && !heard.packets.empty()) {  // the peer's own words
    const uint32_t which = below(static_cast<uint32_t>(heard.packets.size()));
    return {heard.packets[which], chance(50), false};
  }
  if (kind < 97) {
    Bytes body;
    put(body, kForeignKinds[below(kForeignKinds.size())], 4);
    put(body, some_bytes(60));
    return packet(static_cast<uint8_t>(below(10)), body, chance(50), chance(20));
  }
  return packet(static_cast<uint8_t>(below(4)), some_bytes(kLosslessMost), chance(50), chance(20));
}

void PacketStorm::spoil(Bytes& packet, const Heard& heard) {
  const auto place = [&] { return below(static_cast<uint32_t>(packet.size())); };
  switch (below(5)) {
    case 0:
      packet.resize(2 + below(static_cast<uint32_t>(packet.size()) - 1));
      break;
    case 1:
      put(packet, some_bytes(40));
      break;
    case 2:
      if (heard.packets.empty()) break;
      packet.resize(2 + below(static_cast<uint32_t>(packet.size()) - 1));
      put(packet, heard.packets[below(static_cast<uint32_t>(heard.packets.size()))]);
      break;
    default:
      for (uint32_t changes = 1 + below(4); changes > 0; --changes) {
        packet[std::max(place(), 2U)] = static_cast<uint8_t>(draw() >> 8);
      }
  }
}
