// Packets for a link under fuzzing, made from the input: valid, nearly valid, or out of sequence.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "protocol/link/packet.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {

class LinkPackets {
 public:
  // `source` must outlive this. Stream ids are 1 to `streams`.
  LinkPackets(ByteSource& source, uint16_t token, MsgId streams)
      : source_(source), token_(token), streams_(streams) {}

  MsgId id() { return 1 + static_cast<MsgId>(source_.below(streams_)); }

  // Returns the body of a packet with the frames that `write` puts into it. `how` chooses its
  // number and whether a byte is changed or its end is cut off.
  template <typename F>
  std::vector<uint8_t> packet(uint8_t how, const F& write) {
    std::vector<uint8_t> body = write_packet(next_number(how), write);
    if ((how & 0x30) == 0x10) body[source_.two_bytes() % body.size()] ^= source_.byte();
    if ((how & 0x30) == 0x20) body.resize(source_.two_bytes() % (body.size() + 1));
    return body;
  }
  // Returns the body of a packet with the next number.
  template <typename F>
  std::vector<uint8_t> valid_packet(const F& write) {
    return write_packet(++number_, write);
  }

  // Writes an ACK frame of packets below `sent`, every other time with datagrams.
  void put_ack(link::PacketWriter& out, uint64_t sent) {
    std::vector<link::PacketWriter::Range> ranges;
    uint64_t at = sent - std::min<uint64_t>(sent, source_.byte() / 4U);
    for (size_t i = 1 + source_.below(8); i > 0 && at > 0; --i) {
      const uint64_t begin = at - std::min<uint64_t>(at, 1 + source_.below(32));
      ranges.push_back({begin, at});
      at = begin - std::min<uint64_t>(begin, 1 + source_.below(8));
    }
    if (ranges.empty()) return;
    const uint16_t delay = source_.two_bytes();
    const bool counts = (delay & 1) != 0;
    out.write_ack(ranges, Duration(delay), counts ? std::optional<uint32_t>(delay) : std::nullopt);
  }
  // Writes a STREAM frame that continues its stream or begins anywhere.
  void put_stream(link::PacketWriter& out) {
    const MsgId stream = id();
    const uint8_t how = source_.byte();
    uint64_t offset = (how & 1) != 0 ? offsets_[stream] : source_.two_bytes();
    if ((how & 2) != 0) offset = source_.two_bytes() * uint64_t{256};
    if ((how & 14) == 14) offset = source_.four_bytes();
    const size_t length =
        std::min(out.stream_room(), (how & 16) != 0 ? 1300 : size_t{source_.byte()});
    if (out.stream_room() == 0) return;
    const auto room = out.write_stream(stream, offset, length, (how & 0xE0) == 0xE0);
    std::fill(room.begin(), room.end(), how);
    offsets_[stream] = offset + length;
  }
  // Writes a limit of the link or of a stream, or a RESET.
  void put_limit(link::PacketWriter& out) {
    const uint64_t limit = uint64_t{source_.two_bytes()} << source_.below(64);
    switch (source_.below(3)) {
      case 0:
        out.write_link_limit(limit);
        break;
      case 1:
        out.write_stream_limit(id(), limit);
        break;
      default:
        out.write_reset(id(), limit);
    }
  }

 private:
  template <typename F>
  std::vector<uint8_t> write_packet(uint32_t number, const F& write) const {
    Frame frame;
    link::PacketWriter out(frame, Frame::kMaxBodyBytes, {token_, number});
    write(out);
    if (out.empty()) out.write_ping();
    out.finish();
    return {frame.body().begin(), frame.body().end()};
  }
  uint32_t next_number(uint8_t how) {
    if ((how & 0xF) == 0xF) return source_.four_bytes();
    if ((how & 0xF) == 0xE) return number_ - source_.byte();
    number_ += (how & 0xF) == 0xD ? source_.byte() : 1;
    return number_;
  }

  ByteSource& source_;
  const uint16_t token_;
  const MsgId streams_;
  std::map<MsgId, uint64_t> offsets_;  // the end of the last frame of each stream
  uint32_t number_ = 0;
};

}  // namespace ngcshare::fuzz
