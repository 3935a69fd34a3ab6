#include "protocol/link/packet.h"

#include <algorithm>
#include <cassert>

namespace ngcshare::link {
namespace {

constexpr uint8_t kPadding = 0x00;
constexpr uint8_t kPing = 0x01;
constexpr uint8_t kAck = 0x02;
constexpr uint8_t kAckWithDatagrams = 0x03;
constexpr uint8_t kStreamLimit = 0x05;
constexpr uint8_t kLinkLimit = 0x06;
constexpr uint8_t kReset = 0x07;
constexpr uint8_t kStream = 0x10;
constexpr uint8_t kStreamFin = 0x01;
constexpr uint8_t kStreamLength = 0x02;
constexpr uint8_t kControl = 0x40;  // plus the packet id

constexpr size_t kStreamHeaderBytes = 9;
constexpr size_t kAckHeaderBytes = 9;
constexpr size_t kAckRangeBytes = 4;
constexpr size_t kAckDatagramsBytes = 4;
constexpr Duration kAckDelayUnit{16};

void write_u24(ByteWriter& out, uint64_t value) {
  out.write(static_cast<uint8_t>(value));
  out.write(static_cast<uint16_t>(value >> 8));
}

std::optional<uint32_t> read_u24(ByteReader& in) {
  const auto low = in.read<uint8_t>();
  const auto high = in.read<uint16_t>();
  if (!low || !high) return std::nullopt;
  return *low | uint32_t{*high} << 8;
}

std::optional<LinkFrame> read_ack(ByteReader& in, uint8_t type) {
  const auto largest = read_u24(in);
  const auto delay = in.read<uint16_t>();
  const auto first = in.read<uint16_t>();
  const auto count = in.read<uint8_t>();
  if (!count || *count > kMaxAckRanges) return std::nullopt;
  const auto more = in.read_bytes(*count * kAckRangeBytes);
  if (!more) return std::nullopt;
  AckFrame ack{*largest, *delay * kAckDelayUnit, *first, *more, std::nullopt};
  if (type == kAckWithDatagrams) {
    ack.datagrams = in.read<uint32_t>();
    if (!ack.datagrams) return std::nullopt;
  }
  return ack;
}

std::optional<LinkFrame> read_control(ByteReader& in, uint8_t type) {
  const auto length = in.read<uint16_t>();
  const auto body = length ? in.read_bytes(*length) : std::nullopt;
  if (!body) return std::nullopt;
  return ControlFrame{static_cast<uint8_t>(type - kControl), *body};
}

std::optional<LinkFrame> read_stream(ByteReader& in, uint8_t type) {
  const auto id = in.read<MsgId>();
  const auto offset = in.read<uint32_t>();
  if (!offset) return std::nullopt;
  size_t length = in.rest().size();
  if ((type & kStreamLength) != 0) {
    const auto told = in.read<uint16_t>();
    if (!told) return std::nullopt;
    length = *told;
  }
  const auto bytes = in.read_bytes(length);
  if (!bytes) return std::nullopt;
  return StreamFrame{*id, *offset, (type & kStreamFin) != 0, *bytes};
}

std::optional<LinkFrame> read_frame(ByteReader& in) {
  const uint8_t type = *in.read<uint8_t>();
  switch (type) {
    case kPadding:
      in.read_bytes(in.rest().size());
      return PaddingFrame{};
    case kPing:
      return PingFrame{};
    case kAck:
    case kAckWithDatagrams:
      return read_ack(in, type);
    case kStreamLimit: {
      const auto id = in.read<MsgId>();
      const auto limit = in.read<uint64_t>();
      if (!limit) return std::nullopt;
      return StreamLimitFrame{*id, *limit};
    }
    case kReset: {
      const auto id = in.read<MsgId>();
      const auto final_offset = in.read<uint64_t>();
      if (!final_offset) return std::nullopt;
      return ResetFrame{*id, *final_offset};
    }
    case kLinkLimit: {
      const auto limit = in.read<uint64_t>();
      if (!limit) return std::nullopt;
      return LinkLimitFrame{*limit};
    }
    default:
      if (type >= kStream && type <= (kStream | kStreamFin | kStreamLength)) {
        return read_stream(in, type);
      }
      if (type >= kControl && type <= kControl + 3) return read_control(in, type);
      return std::nullopt;
  }
}

}  // namespace

std::optional<Header> decode_link_packet(Bytes body, std::vector<LinkFrame>& frames) {
  frames.clear();
  ByteReader in(body);
  const auto mark = in.read<uint8_t>();
  const auto token = in.read<uint16_t>();
  const auto number = read_u24(in);
  if (mark != kLinkMark || !number || in.empty()) return std::nullopt;
  while (!in.empty()) {
    auto frame = read_frame(in);
    if (!frame || frames.size() == kMaxFramesPerPacket) return std::nullopt;
    frames.push_back(*frame);
  }
  return Header{*token, *number};
}

PacketWriter::PacketWriter(Frame& frame, size_t max_body, Header header)
    : frame_(frame), room_(frame.room().first(max_body)) {
  ByteWriter out = take(kHeaderBytes);
  out.write(kLinkMark);
  out.write(header.token);
  write_u24(out, header.packet_number);
}

ByteWriter PacketWriter::take(size_t bytes) {
  assert(fits(bytes));
  ByteWriter out(room_.subspan(used_, bytes));
  used_ += bytes;
  return out;
}

bool PacketWriter::write_ping() {
  if (!fits(1)) return false;
  take(1).write(kPing);
  return true;
}

bool PacketWriter::write_ack(const std::vector<Range>& ranges, Duration delay,
                             std::optional<uint32_t> datagrams) {
  const size_t fixed = kAckHeaderBytes + (datagrams ? kAckDatagramsBytes : 0);
  if (ranges.empty() || !fits(fixed)) return false;
  const uint64_t most_first = 0xFFFF;
  const Range first = ranges.front();
  const uint64_t largest = first.end - 1;
  const uint64_t below = std::min(largest - first.begin, most_first);

  // A range too long for its field is cut and must be the last, because those below it are placed
  // relative to its end.
  size_t count = 0;
  bool whole = below == largest - first.begin;
  const size_t room = (room_.size() - used_ - fixed) / kAckRangeBytes;
  const size_t most = std::min({ranges.size() - 1, kMaxAckRanges, room});
  while (whole && count < most) {
    const Range range = ranges[count + 1];
    if (ranges[count].begin - range.end > most_first) break;
    whole = range.end - range.begin - 1 <= most_first;
    ++count;
  }

  ByteWriter out = take(fixed + count * kAckRangeBytes);
  out.write(datagrams ? kAckWithDatagrams : kAck);
  write_u24(out, largest);
  out.write(static_cast<uint16_t>(std::min<int64_t>(delay / kAckDelayUnit, 0xFFFF)));
  out.write(static_cast<uint16_t>(below));
  out.write(static_cast<uint8_t>(count));
  for (size_t i = 0; i < count; ++i) {
    out.write(static_cast<uint16_t>(ranges[i].begin - ranges[i + 1].end - 1));
    const uint64_t arrived = ranges[i + 1].end - ranges[i + 1].begin;
    out.write(static_cast<uint16_t>(std::min(arrived - 1, most_first)));
  }
  if (datagrams) out.write(*datagrams);
  return true;
}

bool PacketWriter::write_control(uint8_t id, Bytes body) {
  if (!fits(3 + body.size())) return false;
  ByteWriter out = take(3 + body.size());
  out.write(static_cast<uint8_t>(kControl + id));
  out.write(static_cast<uint16_t>(body.size()));
  out.write_bytes(body);
  return true;
}

bool PacketWriter::write_of_stream(uint8_t type, MsgId id, uint64_t offset) {
  if (!fits(13)) return false;
  ByteWriter out = take(13);
  out.write(type);
  out.write(id);
  out.write(offset);
  return true;
}

bool PacketWriter::write_stream_limit(MsgId id, uint64_t limit) {
  return write_of_stream(kStreamLimit, id, limit);
}

bool PacketWriter::write_reset(MsgId id, uint64_t final_offset) {
  return write_of_stream(kReset, id, final_offset);
}

bool PacketWriter::write_link_limit(uint64_t limit) {
  if (!fits(9)) return false;
  ByteWriter out = take(9);
  out.write(kLinkLimit);
  out.write(limit);
  return true;
}

size_t PacketWriter::stream_room() const {
  const size_t left = room_.size() - used_;
  return left > kStreamHeaderBytes ? left - kStreamHeaderBytes : 0;
}

std::span<uint8_t> PacketWriter::write_stream(MsgId id, uint64_t offset, size_t length, bool fin) {
  // Omit the length field, so that the bytes reach to the end of the packet, if they would not fit
  // beside it.
  const bool to_the_end = length + 2 > stream_room();
  ByteWriter out = take(kStreamHeaderBytes + (to_the_end ? 0 : 2));
  out.write(
      static_cast<uint8_t>(kStream | (fin ? kStreamFin : 0) | (to_the_end ? 0 : kStreamLength)));
  out.write(id);
  out.write(static_cast<uint32_t>(offset));
  if (!to_the_end) out.write(static_cast<uint16_t>(length));
  const auto bytes = room_.subspan(used_, length);
  used_ += length;
  if (to_the_end) room_ = room_.first(used_);
  return bytes;
}

void PacketWriter::pad_to(size_t size) {
  if (used_ >= size || size > room_.size()) return;
  const auto rest = room_.subspan(used_, size - used_);
  std::fill(rest.begin(), rest.end(), kPadding);
  used_ = size;
}

void PacketWriter::finish() { frame_.set_size(used_); }

uint16_t link_token(uint32_t sender_epoch, uint32_t receiver_epoch) {
  // FNV-1a over both in wire byte order, folded to 16 bits.
  uint32_t hash = 0x811C9DC5;
  for (const uint32_t epoch : {sender_epoch, receiver_epoch}) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((epoch >> shift) & 0xFF)) * 0x01000193;
    }
  }
  return static_cast<uint16_t>(hash ^ (hash >> 16));
}

}  // namespace ngcshare::link
