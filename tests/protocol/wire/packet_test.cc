#include "protocol/wire/packet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tests/protocol/wire/packet_helpers.h"

namespace ngcshare {
namespace {

using test::ByteVector;
using test::encoded;
using test::encoded_copy;
using test::from_hex;
using test::same;
using test::to_hex;

constexpr TransportSet kTcp{true, false};
constexpr TransportSet kUdp{false, true};
constexpr TransportSet kBoth{true, true};

constexpr std::array<uint8_t, 3> kAbc = {'a', 'b', 'c'};

Extension multi(std::optional<MsgId> mapping_id = {}) {
  Extension extension;
  extension.capabilities = kCapMulti;
  extension.mapping_id = mapping_id;
  return extension;
}

struct AcceptedCase {
  const char* name;
  PacketId id;
  std::string hex;
  Packet packet;
  // Lengths to which the packet can be cut and still be read, as something shorter.
  std::vector<size_t> readable;
};

std::vector<AcceptedCase> accepted_cases() {
  using enum PacketId;
  return {
      {"Offer", kOffer, "44332211 01 901f 03 776562", Offer{0x11223344, kTcp, 8080, "web", {}}, {}},
      {"Offer of udp, no port",
       kOffer,
       "44332211 02 0000 01 78",
       Offer{0x11223344, kUdp, 0, "x", {}},
       {}},
      {"Offer of both, highest port",
       kOffer,
       "44332211 03 ffff 01 78",
       Offer{0x11223344, kBoth, 65535, "x", {}},
       {}},
      {"Offer with unknown type bits",
       kOffer,
       "44332211 fd 0100 01 78",
       Offer{0x11223344, kTcp, 1, "x", {}},
       {}},
      {"Offer with an extension",
       kOffer,
       "44332211 01 0100 01 78 e1 01000000",
       Offer{0x11223344, kTcp, 1, "x", multi()},
       {9}},
      {"Offer with bytes of a newer sender",
       kOffer,
       "44332211 01 0100 01 78 00e1",
       Offer{0x11223344, kTcp, 1, "x", {}},
       {9, 10}},
      {"Accept", kAccept, "44332211", Accept{0x11223344, {}}, {}},
      {"Accept with an extension",
       kAccept,
       "44332211 e1 01000000 0104 fecaad0b",
       Accept{0x11223344, multi(0x0BADCAFE)},
       {4, 9}},
      {"Accept with bytes of a newer sender", kAccept, "44332211 f0", Accept{0x11223344, {}}, {4}},
      {"Accept whose id begins with EF", kAccept, "ef332211", Accept{0x112233EF, {}}, {}},
      {"Ack-Acc", kAckAcc, "fecaad0b", AckAcc{0x0BADCAFE, {}}, {}},
      {"Ack-Acc with an extension",
       kAckAcc,
       "fecaad0b e1 01000000",
       AckAcc{0x0BADCAFE, multi()},
       {4}},
      {"Kill", kData, "f1 fecaad0b 04", Kill{0x0BADCAFE, KillReason::kWithdrawn}, {5}},
      {"Kill without a reason", kData, "f1 fecaad0b", Kill{0x0BADCAFE, {}}, {}},
      {"Kill, acknowledged", kData, "f1 fecaad0b ff", Kill{0x0BADCAFE, KillReason::kAck}, {5}},
      {"Kill with bytes of a newer sender",
       kData,
       "f1 fecaad0b 01 00",
       Kill{0x0BADCAFE, KillReason::kClosed},
       {5, 6}},
      {"tcp Data", kData, "f2 fecaad0b 616263", StreamData{0x0BADCAFE, kAbc}, {5, 6, 7}},
      {"tcp Data, empty", kData, "f2 fecaad0b", StreamData{0x0BADCAFE, {}}, {}},
      {"Window", kData, "f3 fecaad0b 0000080000000000", Window{0x0BADCAFE, 0x80000}, {}},
      {"udp Data", kData, "0bd0adba 616263", Datagram{0xBAADD00B, kAbc}, {5, 6}},
      {"Hello",
       kAccept,
       "f4 11eeffc0 21000000 0e0bed5e 0807060504030201 1817161514131211 2827262524232221 01",
       Hello{0xC0FFEE11, 0x21, 0x5EED0B0E, 0x0102030405060708, 0x1112131415161718,
             0x2122232425262728, true},
       {}},
      {"Hello with unknown flags",
       kAccept,
       "f4 11eeffc0 00000000 00000000 0000000000000000 0000000000000000 0000000000000000 fe",
       Hello{0xC0FFEE11, 0, 0, 0, 0, 0, false},
       {}},
      {"copy of an Offer",
       kAccept,
       "f5 00 44332211 01 901f 03 776562",
       Offer{0x11223344, kTcp, 8080, "web", {}},
       {}},
      {"copy of an Accept", kAccept, "f5 01 44332211", Accept{0x11223344, {}}, {}},
      {"copy of an Ack-Acc", kAccept, "f5 02 44332211", AckAcc{0x11223344, {}}, {}},
      {"copy of a Kill",
       kAccept,
       "f5 03 f1 44332211 02",
       Kill{0x11223344, KillReason::kReset},
       {7}},
      {"copy of a Window",
       kAccept,
       "f5 03 f3 44332211 0000080000000000",
       Window{0x11223344, 0x80000},
       {}},
  };
}

struct RejectedCase {
  const char* name;
  PacketId id;
  std::string hex;
};

std::vector<RejectedCase> rejected_cases() {
  using enum PacketId;
  const std::string offer_head = "44332211 01 901f ";
  std::string long_name = offer_head + "41 ";
  for (int i = 0; i < 65; ++i) long_name += "78";
  return {
      {"Offer of no transport", kOffer, "44332211 00 901f 03 776562"},
      {"Offer of unknown transports only", kOffer, "44332211 fc 901f 03 776562"},
      {"Offer with id 0", kOffer, "00000000 01 901f 03 776562"},
      {"Offer with an empty name", kOffer, offer_head + "00"},
      {"Offer with an empty name and an extension", kOffer, offer_head + "00 e1 00000000"},
      {"Offer with a name of 65 bytes", kOffer, long_name},
      {"Offer with a name of 255 bytes that are not there", kOffer, offer_head + "ff 776562"},
      {"Offer with a NUL in its name", kOffer, offer_head + "03 770062"},
      {"Offer with a newline in its name", kOffer, offer_head + "03 770a62"},
      {"Offer with a C1 control in its name", kOffer, offer_head + "02 c285"},
      {"Offer with a right-to-left override", kOffer, offer_head + "04 77e280ae"},
      {"Offer with an overlong name", kOffer, offer_head + "02 c0af"},
      {"Offer with a cut letter in its name", kOffer, offer_head + "01 c3"},
      {"Offer with a damaged extension", kOffer, offer_head + "01 78 e1 00"},
      {"Offer with a byte behind its extension", kOffer, offer_head + "01 78 e1 00000000 00"},
      {"Accept with a damaged extension", kAccept, "44332211 e1 01000000 0104 fecaad"},
      {"Accept of a reserved mapping id", kAccept, "44332211 e1 01000000 0104 00000000"},
      {"Accept whose id begins with F0", kAccept, "f0332211"},
      {"Ack-Acc with a damaged extension", kAckAcc, "44332211 e1"},
      {"udp Data for id 0", kData, "00000000 616263"},
      {"Hello with epoch 0", kAccept,
       "f4 00000000 21000000 00000000 0000000000000000 0000000000000000 0000000000000000 00"},
      {"Hello with a file kind for an epoch", kAccept,
       "f4 00020009 21000000 00000000 0000000000000000 0000000000000000 0000000000000000 00"},
      {"unknown mark", kAccept, "f6 44332211"},
      {"last mark", kAccept, "ff 44332211"},
      {"copy of tcp Data", kAccept, "f5 03 f2 44332211 616263"},
      {"copy of udp Data", kAccept, "f5 03 44332211 616263"},
      {"copy of an Accept whose id begins with F0", kAccept, "f5 01 f0332211"},
      {"copy of a Fragment", kAccept, "f5 01 f7 adfbcade 0700 01 02 78"},
      {"copy of an unknown packet", kAccept, "f5 04 44332211"},
      {"copy of nothing", kAccept, "f5"},
  };
}

// Decodes from a block of exactly that size, so that a sanitizer sees a read past its end.
bool readable_when_cut(PacketId id, const ByteVector& whole, size_t length) {
  const ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
  return decode_packet(id, cut).has_value();
}

// Returns true if an encoder would write this row, which is not so for all that is accepted.
bool is_canonical(const AcceptedCase& row) {
  const std::string name = row.name;
  return name.find("newer sender") == std::string::npos &&
         name.find("unknown") == std::string::npos && name.find("without") == std::string::npos;
}

TEST(Packet, IsReadFromItsBytes) {
  for (const AcceptedCase& row : accepted_cases()) {
    const ByteVector body = from_hex(row.hex);
    const auto packet = decode_packet(row.id, body);
    ASSERT_TRUE(packet.has_value()) << row.name;
    EXPECT_TRUE(same(*packet, row.packet)) << row.name;
  }
}

TEST(Packet, IsWrittenAsItIsRead) {
  for (const AcceptedCase& row : accepted_cases()) {
    if (!is_canonical(row)) continue;
    const bool copy = std::string(row.name).starts_with("copy");
    const auto [where, body] = copy ? encoded_copy(row.packet) : encoded(row.packet);
    EXPECT_EQ(to_hex(body), to_hex(from_hex(row.hex))) << row.name;
    EXPECT_EQ(where.id, row.id) << row.name;
  }
}

TEST(Packet, ThatIsMalformedIsRefused) {
  for (const RejectedCase& row : rejected_cases()) {
    EXPECT_FALSE(decode_packet(row.id, from_hex(row.hex)).has_value()) << row.name;
  }
}

TEST(Packet, CutAnywhereIsRefusedOrReadAsSomethingShorter) {
  for (const AcceptedCase& row : accepted_cases()) {
    const ByteVector whole = from_hex(row.hex);
    for (size_t length = 0; length < whole.size(); ++length) {
      const bool expected =
          std::find(row.readable.begin(), row.readable.end(), length) != row.readable.end();
      EXPECT_EQ(readable_when_cut(row.id, whole, length), expected)
          << row.name << " cut to " << length;
    }
  }
}

TEST(Packet, OnAForeignIdNeverReadsPastItsEnd) {
  for (const AcceptedCase& row : accepted_cases()) {
    const ByteVector whole = from_hex(row.hex);
    for (const PacketId id :
         {PacketId::kOffer, PacketId::kAccept, PacketId::kAckAcc, PacketId::kData}) {
      for (size_t length = 0; length <= whole.size(); ++length) {
        readable_when_cut(id, whole, length);
      }
    }
  }
}

TEST(Packet, TravelsLosslessUnlessItIsADatagramAHelloOrACopy) {
  for (const AcceptedCase& row : accepted_cases()) {
    const bool lossy =
        std::holds_alternative<Datagram>(row.packet) || std::holds_alternative<Hello>(row.packet);
    EXPECT_EQ(encoded(row.packet).where.channel, lossy ? Channel::kLossy : Channel::kLossless)
        << row.name;
    if (!test::is_control(row.packet)) continue;
    EXPECT_EQ(encoded_copy(row.packet).where.channel, Channel::kLossy) << row.name;
  }
}

TEST(Packet, OfferWithANameOf64BytesIsRead) {
  ByteVector body = from_hex("44332211 01 901f 40");
  body.resize(body.size() + 64, 'n');
  const auto packet = decode_packet(PacketId::kOffer, body);
  ASSERT_TRUE(packet.has_value());
  EXPECT_EQ(std::get<Offer>(*packet).name, std::string(64, 'n'));
}

TEST(Packet, KillHasAReasonForEveryByte) {
  for (unsigned raw = 0; raw <= 0xFF; ++raw) {
    const ByteVector body = {0xF1, 0x44, 0x33, 0x22, 0x11, static_cast<uint8_t>(raw)};
    const auto packet = decode_packet(PacketId::kData, body);
    ASSERT_TRUE(packet.has_value()) << raw;
    // 13 and 14 name ends that only one side sees; on the wire they mean nothing.
    const unsigned expected = raw <= 12 || raw == 0xFF ? raw : 0;
    EXPECT_EQ(static_cast<unsigned>(std::get<Kill>(*packet).reason), expected) << raw;
  }
}

TEST(Packet, OfNgcFt1OnTheFirstThreeIdsIsRefused) {
  for (const uint32_t kind : kNgcFt1FileKinds) {
    for (const PacketId id : {PacketId::kOffer, PacketId::kAccept, PacketId::kAckAcc}) {
      ByteVector body;
      for (int shift = 0; shift < 32; shift += 8) {
        body.push_back(static_cast<uint8_t>(kind >> shift));
      }
      EXPECT_FALSE(decode_packet(id, body).has_value()) << kind;
      // FT1_REQUEST and FT1_INIT go on with a file id, transfer number and size.
      body.resize(body.size() + 41, 0x01);
      EXPECT_FALSE(decode_packet(id, body).has_value()) << kind;
    }
  }
}

TEST(Packet, OfNgcFt1OnTheFourthIdIsRefused) {
  for (size_t length = 0; length <= 4; ++length) {
    for (unsigned transfer = 0; transfer <= 0xFF; ++transfer) {
      ByteVector body(length, 0x01);
      if (length > 0) body[0] = static_cast<uint8_t>(transfer);
      EXPECT_FALSE(decode_packet(PacketId::kData, body).has_value()) << length << " " << transfer;
    }
  }
}

TEST(Packet, OnTheFourthIdWithAMarkThatDoesNotParseIsNoDatagram) {
  const RejectedCase rows[] = {
      {"Kill of id 0", PacketId::kData, "f1 00000000 01"},
      {"tcp Data for id 0", PacketId::kData, "f2 00000000 616263"},
      {"Window for id 0", PacketId::kData, "f3 00000000 0000080000000000"},
      {"Window, cut", PacketId::kData, "f3 44332211 00000800"},
      {"unknown sub-type", PacketId::kData, "f4 44332211"},
  };
  for (const RejectedCase& row : rows) {
    const ByteVector body = from_hex(row.hex);
    EXPECT_FALSE(decode_packet(row.id, body).has_value()) << row.name;
  }
}

TEST(Datagram, OfAKnownMappingMayBeEmptyOrLookLikeAnotherPacket) {
  const ByteVector empty = from_hex("fecaad0b");
  EXPECT_TRUE(same(*decode_datagram(empty), Datagram{0x0BADCAFE, {}}));
  const ByteVector like_a_kill = from_hex("f1fecaad 0b 01");
  EXPECT_TRUE(std::holds_alternative<Kill>(*decode_packet(PacketId::kData, like_a_kill)));
  EXPECT_EQ(decode_datagram(like_a_kill)->mapping_id, 0xADCAFEF1U);
  EXPECT_EQ(decode_datagram(like_a_kill)->bytes.size(), 2U);
}

TEST(Datagram, NeedsAWholeIdThatIsNotReserved) {
  EXPECT_FALSE(decode_datagram(from_hex("")).has_value());
  EXPECT_FALSE(decode_datagram(from_hex("fecaad")).has_value());
  EXPECT_FALSE(decode_datagram(from_hex("00000000 61")).has_value());
}

TEST(MsgId, IsReservedWhenItIsZeroOrAFileKind) {
  for (const uint32_t kind : kNgcFt1FileKinds) EXPECT_TRUE(is_reserved_msg_id(kind)) << kind;
  for (const uint32_t id : {5U, 0x10U, 0xF01U, 0x09000002U, 0xFFFFFFFFU}) {
    EXPECT_FALSE(is_reserved_msg_id(id)) << id;
  }
}

class ScriptedEntropy : public Entropy {
 public:
  explicit ScriptedEntropy(std::vector<uint32_t> values) : values_(std::move(values)) {}
  uint32_t next_u32() override { return values_.at(next_++); }

 private:
  std::vector<uint32_t> values_;
  size_t next_ = 0;
};

TEST(MsgId, IsDrawnAgainUntilItIsUsable) {
  ScriptedEntropy entropy({0, 0x09000210, 0x112233F0, 0x112233FF, 0x112233EF, 7});
  EXPECT_EQ(draw_msg_id(entropy), 0x112233EFU);
  EXPECT_EQ(draw_msg_id(entropy), 7U);
}

}  // namespace
}  // namespace ngcshare
