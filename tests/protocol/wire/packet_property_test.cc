// Properties of every packet, checked with random ones and with the largest sizes.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "protocol/wire/packet.h"
#include "tests/protocol/wire/packet_helpers.h"

namespace ngcshare {
namespace {

using test::ByteVector;
using test::encoded;
using test::encoded_copy;
using test::same;

constexpr int kRounds = 10000;

// Draws valid packets. The bytes of StreamData and Datagram live in it until the next draw.
class PacketSource {
 public:
  explicit PacketSource(uint32_t seed) : random_(seed) {}

  Packet draw() {
    switch (below(8)) {
      case 0:
        return Offer{id(), transports(), static_cast<uint16_t>(random_()), text(1, 64),
                     maybe_extension()};
      case 1:
        return Accept{id(), maybe_extension()};
      case 2:
        return AckAcc{id(), maybe_extension()};
      case 3:
        return Kill{id(), static_cast<KillReason>(below(13))};
      case 4:
        return StreamData{id(), bytes(kMaxStreamChunkBytes)};
      case 5:
        return Window{id(), u64()};
      case 6:
        return Datagram{id(), bytes(kMaxDatagramBytes)};
      default:
        return Hello{id(), u32(), u32(), u64(), u64(), u64(), coin()};
    }
  }

 private:
  uint32_t u32() { return static_cast<uint32_t>(random_()); }
  uint64_t u64() { return uint64_t{u32()} << 32 | u32(); }
  uint32_t below(uint32_t bound) { return u32() % bound; }
  bool coin() { return below(2) == 0; }

  // Neither reserved nor beginning with a mark.
  MsgId id() {
    MsgId drawn = u32();
    while (is_reserved_msg_id(drawn) || (drawn & 0xFFU) >= kFirstMarkByte) drawn = u32();
    return drawn;
  }
  TransportSet transports() {
    const uint32_t bits = 1 + below(3);
    return {(bits & 1) != 0, (bits & 2) != 0};
  }
  std::string text(size_t shortest, size_t longest) {
    static constexpr const char* kLetters[] = {
        "a", " ", "~", "\xC3\xA9", "\xE6\x97\xA5", "\xF0\x9F\x8E\xAE"};
    const size_t length = shortest + below(static_cast<uint32_t>(longest - shortest + 1));
    std::string drawn;
    while (drawn.size() < length) {
      const std::string letter = kLetters[below(6)];
      drawn += drawn.size() + letter.size() <= length ? letter : "x";
    }
    return drawn;
  }
  Bytes bytes(size_t longest) {
    bytes_.resize(below(static_cast<uint32_t>(longest + 1)));
    for (uint8_t& byte : bytes_) byte = static_cast<uint8_t>(random_());
    return bytes_;
  }
  std::optional<Extension> maybe_extension() {
    if (coin()) return std::nullopt;
    Extension drawn;
    drawn.capabilities = u32();
    if (coin()) drawn.mapping_id = id();
    if (coin()) drawn.transport = coin() ? Transport::kTcp : Transport::kUdp;
    if (coin()) drawn.epoch = id();
    if (coin()) drawn.state = static_cast<ServiceState>(below(3));
    if (coin()) drawn.description = text(0, kMaxDescriptionBytes);
    if (coin()) drawn.keep_alive_s = static_cast<uint16_t>(u32());
    if (coin()) drawn.udp_port = static_cast<uint16_t>(u32());
    return drawn;
  }

  std::mt19937 random_;
  ByteVector bytes_;
};

// An empty udp Data is only read by who knows its mapping (decode_datagram).
std::optional<Packet> decode(const test::Encoded& sent) {
  if (sent.where.id == PacketId::kData && sent.where.channel == Channel::kLossy) {
    const auto datagram = decode_datagram(sent.body);
    if (datagram) return *datagram;
    return std::nullopt;
  }
  return decode_packet(sent.where.id, sent.body);
}

TEST(PacketProperty, WhatIsEncodedIsDecodedTheSame) {
  for (uint32_t seed = 1; seed <= kRounds; ++seed) {
    PacketSource source(seed);
    const Packet packet = source.draw();
    const test::Encoded sent = encoded(packet);
    const auto received = decode(sent);
    ASSERT_TRUE(received.has_value()) << "seed " << seed;
    ASSERT_TRUE(same(*received, packet)) << "seed " << seed;
    ASSERT_EQ(encoded(*received).body, sent.body) << "seed " << seed;
  }
}

TEST(PacketProperty, AControlCopyGivesWhatIsInside) {
  for (uint32_t seed = 1; seed <= kRounds; ++seed) {
    PacketSource source(seed);
    const Packet packet = source.draw();
    if (!test::is_control(packet)) continue;
    const test::Encoded sent = encoded_copy(packet);
    const auto received = decode_packet(sent.where.id, sent.body);
    ASSERT_TRUE(received.has_value()) << "seed " << seed;
    ASSERT_TRUE(same(*received, packet)) << "seed " << seed;
  }
}

TEST(PacketProperty, AnUdpDataIsNeverTakenForAnotherPacketUnlessItsIdBeginsLikeOne) {
  for (uint32_t seed = 1; seed <= kRounds; ++seed) {
    PacketSource source(seed);
    const Packet packet = source.draw();
    const auto* const datagram = std::get_if<Datagram>(&packet);
    if (datagram == nullptr || datagram->bytes.empty()) continue;
    const test::Encoded sent = encoded(packet);
    const auto received = decode_packet(PacketId::kData, sent.body);
    ASSERT_TRUE(received && same(*received, packet)) << "seed " << seed;
  }
}

TEST(PacketProperty, FitsItsChannel) {
  for (uint32_t seed = 1; seed <= kRounds; ++seed) {
    PacketSource source(seed);
    const test::Encoded sent = encoded(source.draw());
    const bool lossless = sent.where.channel == Channel::kLossless;
    ASSERT_LE(sent.body.size(), lossless ? kMaxLosslessBodyBytes : Frame::kMaxBodyBytes)
        << "seed " << seed;
  }
}

TEST(PacketProperty, RandomBytesAreRefusedOrReadWithoutHarm) {
  std::mt19937 random(20260101);
  for (int round = 0; round < kRounds; ++round) {
    ByteVector body(random() % 64);
    for (uint8_t& byte : body) byte = static_cast<uint8_t>(random());
    for (const PacketId id :
         {PacketId::kOffer, PacketId::kAccept, PacketId::kAckAcc, PacketId::kData}) {
      decode_packet(id, body);
    }
  }
}

Extension largest_extension() {
  Extension extension;
  extension.capabilities = 0xFFFFFFFF;
  extension.mapping_id = 0x0BADCAFE;
  extension.transport = Transport::kTcp;
  extension.epoch = 0xC0FFEE11;
  extension.state = ServiceState::kUp;
  extension.description = std::string(kMaxDescriptionBytes, 'd');
  extension.keep_alive_s = 65535;
  extension.udp_port = 65535;
  return extension;
}

TEST(LargestPacket, OfferFitsTheLosslessChannelAndItsCopyALossyPacket) {
  const Offer offer{7, {true, true}, 65535, std::string(64, 'n'), largest_extension()};
  EXPECT_LE(encoded(offer).body.size(), kMaxLosslessBodyBytes);
  const test::Encoded copy = encoded_copy(offer);
  EXPECT_LE(copy.body.size(), Frame::kMaxBodyBytes);
  EXPECT_TRUE(same(*decode_packet(copy.where.id, copy.body), offer));
}

TEST(LargestPacket, StreamDataIs500BytesWithItsPacketId) {
  const ByteVector bytes(kMaxStreamChunkBytes, 0xF2);
  const test::Encoded sent = encoded(StreamData{7, bytes});
  EXPECT_EQ(sent.body.size() + 2, 500U);
  EXPECT_TRUE(same(*decode(sent), StreamData{7, bytes}));
}

TEST(LargestPacket, DatagramIs1373BytesWithItsPacketId) {
  const ByteVector bytes(kMaxDatagramBytes, 0xF1);
  const test::Encoded sent = encoded(Datagram{7, bytes});
  EXPECT_EQ(sent.body.size() + 2, 1373U);
  EXPECT_TRUE(same(*decode(sent), Datagram{7, bytes}));
}

TEST(LargestPacket, MayBeLongerWhenAnotherImplementationSendsIt) {
  ByteVector body = test::from_hex("f2 07000010");
  body.resize(1371, 'x');
  EXPECT_TRUE(decode_packet(PacketId::kData, body).has_value());
}

TEST(Frame, PutsAPrefixBeforeTheBodyWithoutMovingIt) {
  Frame frame;
  encode_packet(Kill{0x0BADCAFE, KillReason::kClosed}, frame);
  const std::array<uint8_t, 2> group = {0x90, 0x03};
  EXPECT_EQ(test::to_hex(frame.with_prefix(group)), "9003f1fecaad0b01");
  const std::array<uint8_t, 8> longest = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(test::to_hex(frame.with_prefix(longest)), "0102030405060708f1fecaad0b01");
  EXPECT_EQ(test::to_hex(frame.body()), "f1fecaad0b01");
}

TEST(MappingDigest, IsTakenOverTheIdAsItStandsInPackets) {
  EXPECT_EQ(mapping_digest(0x0BADCAFE), offer_digest(test::from_hex("fecaad0b")));
}

// The values of FNV-1a's reference implementation.
TEST(OfferDigest, IsFnv1aOf64Bits) {
  const ByteVector a = {'a'};
  const ByteVector foobar = {'f', 'o', 'o', 'b', 'a', 'r'};
  EXPECT_EQ(offer_digest({}), 0xCBF29CE484222325U);
  EXPECT_EQ(offer_digest(a), 0xAF63DC4C8601EC8CU);
  EXPECT_EQ(offer_digest(foobar), 0x85944171F73967E8U);
}

}  // namespace
}  // namespace ngcshare
