// The peer's end of the link to a session under test, as far as an input makes it up: well-formed
// packets with the right token, whose frames the input chooses.
#pragma once

#include <map>
#include <vector>

#include "protocol/link/packet.h"
#include "tests/fuzz/session_contact.h"
#include "tests/fuzz/stream_ledger.h"

namespace ngcshare::fuzz {

class PeerLink {
 public:
  PeerLink(ByteSource& source, StreamLedger& ledger, const CheckingContact& contact)
      : source_(source), ledger_(ledger), contact_(contact) {}

  // The peer's process is another one from now on, and so is the link.
  void begin_epoch(uint16_t token) {
    token_ = token;
    number_ = 0;
  }

  // A packet with whatever `write` puts into it; a PING if that is nothing.
  template <typename F>
  std::vector<uint8_t> packet(const F& write) {
    const uint8_t how = source_.byte();
    Frame frame;
    link::PacketWriter out(frame, Frame::kMaxBodyBytes, {token_, next_number(how)});
    write(out);
    if (out.empty()) out.write_ping();
    out.finish();
    std::vector<uint8_t> body(frame.body().begin(), frame.body().end());
    if ((how & 0xF0) == 0xF0) damage(body);
    return body;
  }

  void put_ack(link::PacketWriter& out) {
    std::vector<link::PacketWriter::Range> ranges;
    uint64_t at = contact_.next_link_packet();
    at -= std::min<uint64_t>(at, source_.byte() / 4U);
    for (size_t i = 1 + source_.below(8); i > 0 && at > 0; --i) {
      const uint64_t begin = at - std::min<uint64_t>(at, 1 + source_.below(32));
      ranges.push_back({begin, at});
      at = begin - std::min<uint64_t>(begin, 1 + source_.below(8));
    }
    if (!ranges.empty()) out.write_ack(ranges, Duration(source_.two_bytes()));
  }
  void put_ack_of_all(link::PacketWriter& out) const {
    const uint64_t next = contact_.next_link_packet();
    if (next > 0) out.write_ack({{0, next}}, {});
  }
  // Writes a STREAM frame, most often with the next bytes, otherwise with old ones or behind a
  // hole.
  void put_stream(link::PacketWriter& out, MsgId stream) {
    const uint8_t how = source_.byte();
    if (out.stream_room() == 0) return;
    uint64_t offset = ledger_.sent_by_peer(stream);
    if ((how & 3) == 1) offset -= std::min<uint64_t>(offset, source_.two_bytes());
    if ((how & 3) == 2) offset += source_.two_bytes() * uint64_t{8};
    const size_t wanted = (how & 16) != 0 ? 1300 : size_t{source_.byte()};
    const size_t length = std::min(out.stream_room(), wanted);
    const bool fin = (how & 0xE0) == 0xE0;
    const auto room = out.write_stream(stream, offset, length, fin);
    const Bytes content = StreamLedger::content(offset, length);
    std::copy(content.begin(), content.end(), room.begin());
    ledger_.note_sent_by_peer(stream, offset + length, fin);
  }
  void put_limit(link::PacketWriter& out, MsgId stream) {
    const uint64_t limit = uint64_t{source_.two_bytes()} << source_.below(64);
    switch (source_.below(4)) {
      case 0:
        out.write_link_limit(limit);
        break;
      case 1:
        out.write_stream_limit(stream, limit);
        break;
      case 2:
        out.write_reset(stream, ledger_.sent_by_peer(stream));
        break;
      default:
        out.write_reset(stream, limit);
    }
  }
  static void put_control(link::PacketWriter& out, const Packet& packet) {
    Frame plain;
    const Outgoing where = encode_packet(packet, plain);
    out.write_control(static_cast<uint8_t>(where.id), plain.body());
  }

 private:
  uint32_t next_number(uint8_t how) {
    if ((how & 0xF) == 0xF) return source_.four_bytes();
    if ((how & 0xF) == 0xE) return number_ - source_.byte();
    number_ += (how & 0xF) == 0xD ? source_.byte() : 1;
    return number_;
  }
  // A byte changed, or cut short.
  void damage(std::vector<uint8_t>& body) {
    ledger_.lose_sight_of_peer();
    const uint8_t change = source_.byte();
    const size_t place = source_.two_bytes() % body.size();
    change == 0 ? body.resize(place) : void(body[place] ^= change);
  }

  ByteSource& source_;
  StreamLedger& ledger_;
  const CheckingContact& contact_;
  uint16_t token_ = 0;
  uint32_t number_ = 0;
};

}  // namespace ngcshare::fuzz
