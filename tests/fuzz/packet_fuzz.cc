// Hostile bytes into the packet decoder. Input: one byte for the packet id, then the body. A
// packet that can be read must be the same after it was written and read again, also as a control
// copy.
#include <cstdint>

#include "protocol/wire/packet.h"
#include "tests/fuzz/byte_source.h"
#include "tests/protocol/wire/packet_helpers.h"

namespace ngcshare::fuzz {
namespace {

// An Accept whose id begins like a mark can only be read from inside a control copy.
bool is_encodable(const Packet& packet) {
  if (const auto* data = std::get_if<StreamData>(&packet)) {
    return data->bytes.size() <= kMaxStreamChunkBytes;
  }
  if (const auto* datagram = std::get_if<Datagram>(&packet)) {
    return datagram->bytes.size() <= kMaxDatagramBytes;
  }
  if (const auto* accept = std::get_if<Accept>(&packet)) {
    return (accept->offer_id & 0xFFU) < kFirstMarkByte;
  }
  return true;
}

void check_copy(const Packet& packet) {
  const test::Encoded copy = test::encoded_copy(packet);
  require(copy.body.size() <= Frame::kMaxBodyBytes);
  const auto again = decode_packet(copy.where.id, copy.body);
  require(again && test::same(*again, packet));
}

void check(const Packet& packet) {
  if (!is_encodable(packet)) return;
  const test::Encoded first = test::encoded(packet);
  const bool lossless = first.where.channel == Channel::kLossless;
  require(first.body.size() <= (lossless ? kMaxLosslessBodyBytes : Frame::kMaxBodyBytes));
  const auto again = decode_packet(first.where.id, first.body);
  require(again && test::same(*again, packet));
  require(test::encoded(*again).body == first.body);
  if (test::is_control(packet)) check_copy(packet);
}

void check_datagram(Bytes body) {
  const auto datagram = decode_datagram(body);
  if (!datagram || datagram->bytes.size() > kMaxDatagramBytes) return;
  require(test::same_bytes(test::encoded(*datagram).body, body));
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto id = static_cast<ngcshare::PacketId>(data[0] & 3);
  const ngcshare::Bytes body(data + 1, size - 1);
  if (const auto packet = ngcshare::decode_packet(id, body)) {
    ngcshare::fuzz::check(*packet);
    const bool offer = std::holds_alternative<ngcshare::Offer>(*packet);
    ngcshare::fuzz::require(!offer || ngcshare::offer_body_offset(id) <= body.size());
  }
  ngcshare::fuzz::check_datagram(body);
  return 0;
}
