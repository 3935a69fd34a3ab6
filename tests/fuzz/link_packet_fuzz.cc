// A link packet. If it can be read, it must be the same after it was written and read again.
#include <cstdint>
#include <vector>

#include "protocol/link/packet.h"
#include "tests/fuzz/byte_source.h"
#include "tests/protocol/wire/packet_helpers.h"

namespace ngcshare::fuzz {
namespace {

using namespace link;  // NOLINT(google-build-using-namespace)

void write_again(const LinkFrame& frame, PacketWriter& out) {
  if (std::holds_alternative<PingFrame>(frame)) require(out.write_ping());
  if (const auto* control = std::get_if<ControlFrame>(&frame)) {
    require(out.write_control(control->id, control->body));
  }
  if (const auto* limit = std::get_if<StreamLimitFrame>(&frame)) {
    require(out.write_stream_limit(limit->id, limit->limit));
  }
  if (const auto* limit = std::get_if<LinkLimitFrame>(&frame)) {
    require(out.write_link_limit(limit->limit));
  }
  if (const auto* reset = std::get_if<ResetFrame>(&frame)) {
    require(out.write_reset(reset->id, reset->final_offset));
  }
  if (const auto* stream = std::get_if<StreamFrame>(&frame)) {
    const auto room =
        out.write_stream(stream->id, stream->offset, stream->bytes.size(), stream->fin);
    require(room.size() == stream->bytes.size());
    std::copy(stream->bytes.begin(), stream->bytes.end(), room.begin());
  }
  const auto* const ack = std::get_if<AckFrame>(&frame);
  if (ack == nullptr) return;
  std::vector<PacketWriter::Range> ranges;
  // Far enough from 0 for any ranges.
  const uint64_t largest = ack->largest + (uint64_t{1} << 40);
  require(ack->for_each_range(largest, [&](uint64_t begin, uint64_t end) {
    ranges.push_back({begin, end});
  }));
  require(ranges.size() <= kMaxAckRanges + 1);
  for (size_t i = 0; i < ranges.size(); ++i) {
    require(ranges[i].begin < ranges[i].end);
    require(i == 0 || ranges[i].end < ranges[i - 1].begin);
  }
  require(out.write_ack(ranges, ack->delay, ack->datagrams));
}

bool same_frame(const LinkFrame& a, const LinkFrame& b) {
  if (a.index() != b.index()) return false;
  if (const auto* left = std::get_if<ControlFrame>(&a)) {
    const auto& right = std::get<ControlFrame>(b);
    return left->id == right.id && test::same_bytes(left->body, right.body);
  }
  if (const auto* left = std::get_if<StreamLimitFrame>(&a)) {
    const auto& right = std::get<StreamLimitFrame>(b);
    return left->id == right.id && left->limit == right.limit;
  }
  if (const auto* left = std::get_if<LinkLimitFrame>(&a)) {
    return left->limit == std::get<LinkLimitFrame>(b).limit;
  }
  if (const auto* left = std::get_if<ResetFrame>(&a)) {
    const auto& right = std::get<ResetFrame>(b);
    return left->id == right.id && left->final_offset == right.final_offset;
  }
  if (const auto* left = std::get_if<StreamFrame>(&a)) {
    const auto& right = std::get<StreamFrame>(b);
    return left->id == right.id && left->offset == right.offset && left->fin == right.fin &&
           test::same_bytes(left->bytes, right.bytes);
  }
  if (const auto* left = std::get_if<AckFrame>(&a)) {
    const auto& right = std::get<AckFrame>(b);
    // A hole as wide as the format can tell is not written, nor what lies below it.
    return left->largest == right.largest && left->first == right.first &&
           left->delay == right.delay && left->datagrams == right.datagrams &&
           right.more.size() <= left->more.size() &&
           test::same_bytes(left->more.first(right.more.size()), right.more);
  }
  return true;
}

void check_packet(Bytes body) {
  std::vector<LinkFrame> frames;
  const auto header = decode_link_packet(body, frames);
  if (!header) return;
  require(!frames.empty() && frames.size() <= kMaxFramesPerPacket);
  for (const LinkFrame& frame : frames) {
    // One frame a packet, for a stream's length may have been left out.
    Frame copy;
    PacketWriter out(copy, Frame::kMaxBodyBytes, *header);
    if (const auto* const stream = std::get_if<StreamFrame>(&frame)) {
      if (stream->bytes.size() > out.stream_room()) continue;
    }
    if (const auto* const control = std::get_if<ControlFrame>(&frame)) {
      if (control->body.size() + 9 > Frame::kMaxBodyBytes) continue;
    }
    write_again(frame, out);
    if (out.empty()) out.pad_to(Frame::kMaxBodyBytes);
    out.finish();
    std::vector<LinkFrame> again;
    const auto header_again = decode_link_packet(copy.body(), again);
    require(header_again && header_again->token == header->token);
    require(header_again->packet_number == header->packet_number);
    require(again.size() == 1 && same_frame(frame, again.front()));
  }
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ngcshare::fuzz::check_packet({data, size});
  return 0;
}
