#include <gtest/gtest.h>

#include <random>
#include <string>

#include "protocol/link/packet.h"
#include "tests/protocol/link/link_helpers.h"
#include "tests/protocol/wire/packet_helpers.h"

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::from_hex;
using test::link_packet;
using test::to_hex;
using Ranges = std::vector<PacketWriter::Range>;

constexpr std::array<uint8_t, 3> kAbc = {'a', 'b', 'c'};
constexpr Header kHeader{0x2211, 0x554433};

// Describes a frame as text.
struct Describe {
  std::string operator()(const PaddingFrame&) const { return "padding"; }
  std::string operator()(const PingFrame&) const { return "ping"; }
  std::string operator()(const AckFrame& ack) const {
    return "ack " + std::to_string(ack.largest) + "-" + std::to_string(ack.first) + " " +
           std::to_string(ack.delay.count()) + "us " + to_hex(ack.more) +
           (ack.datagrams ? " datagrams " + std::to_string(*ack.datagrams) : "");
  }
  std::string operator()(const ControlFrame& control) const {
    return "control " + std::to_string(control.id) + " " + to_hex(control.body);
  }
  std::string operator()(const StreamLimitFrame& limit) const {
    return "stream " + std::to_string(limit.id) + " limit " + std::to_string(limit.limit);
  }
  std::string operator()(const LinkLimitFrame& limit) const {
    return "limit " + std::to_string(limit.limit);
  }
  std::string operator()(const ResetFrame& reset) const {
    return "reset " + std::to_string(reset.id) + " " + std::to_string(reset.final_offset);
  }
  std::string operator()(const StreamFrame& stream) const {
    return "stream " + std::to_string(stream.id) + " " + std::to_string(stream.offset) + ":" +
           to_hex(stream.bytes) + (stream.fin ? "$" : "");
  }
};

std::string describe(Bytes body) {
  std::vector<LinkFrame> frames;
  const auto header = decode_link_packet(body, frames);
  if (!header) return "refused";
  std::string text =
      std::to_string(header->token) + "/" + std::to_string(header->packet_number) + ":";
  for (const LinkFrame& frame : frames) text += " " + std::visit(Describe{}, frame);
  return text;
}

struct Case {
  const char* name;
  const char* frames;  // after the header, in hex
  const char* meaning;
};

TEST(LinkPacket, IsReadAsItIsWritten) {
  const std::vector<Case> cases = {
      {"ping", "01", "ping"},
      {"padding takes the rest", "00 01 02", "padding"},
      {"padding behind a frame", "01 00", "ping padding"},
      {"ack of one packet", "02 443300 0000 0000 00", "ack 13124-0 0us "},
      {"ack with a delay", "02 010000 ffff 0100 00", "ack 1-1 1048560us "},
      {"ack with ranges", "02 ffffff 0100 0200 02 00000100 02000300",
       "ack 16777215-2 16us 0000010002000300"},
      {"ack with datagrams", "03 443300 0000 0000 00 ffffffff",
       "ack 13124-0 0us  datagrams 4294967295"},
      {"ack with ranges and datagrams", "03 ffffff 0100 0200 01 00000100 02010000",
       "ack 16777215-2 16us 00000100 datagrams 258"},
      {"stream limit", "05 04030201 0807060504030201", "stream 16909060 limit 72623859790382856"},
      {"link limit", "06 ffffffffffffffff", "limit 18446744073709551615"},
      {"reset", "07 04030201 0100000000000000", "reset 16909060 1"},
      {"stream to the end", "10 04030201 05000000 616263", "stream 16909060 5:616263"},
      {"stream to the end, last", "11 04030201 05000000 616263", "stream 16909060 5:616263$"},
      {"stream with a length", "12 01000000 ffffffff 0100 61 01", "stream 1 4294967295:61 ping"},
      {"stream with a length, last", "13 01000000 00000000 0000", "stream 1 0:$"},
      {"stream without bytes", "10 01000000 07000000", "stream 1 7:"},
      {"control", "40 0200 6162", "control 0 6162"},
      {"control of the highest id, empty", "43 0000", "control 3 "},
  };
  for (const Case& row : cases) {
    const auto body = from_hex("f6 1122 334455 " + std::string(row.frames));
    EXPECT_EQ(describe(body), "8721/5588019: " + std::string(row.meaning)) << row.name;
  }
}

TEST(LinkPacket, IsRefusedWholeWhenAnyOfItIsWrong) {
  struct Refused {
    const char* name;
    const char* body;
  };
  const std::vector<Refused> cases = {
      {"nothing", ""},
      {"another mark", "f5 1122 334455 01"},
      {"half a header", "f6 1122 3344"},
      {"no frame", "f6 1122 334455"},
      {"unknown frame", "f6 1122 334455 04"},
      {"unknown frame behind a good one", "f6 1122 334455 01 04"},
      {"unknown stream bits", "f6 1122 334455 14 01000000 00000000"},
      {"control of a fifth packet", "f6 1122 334455 44 0000"},
      {"control below", "f6 1122 334455 3f 0000"},
      {"ack without a count", "f6 1122 334455 02 443300 0000 0000"},
      {"ack with a range cut short", "f6 1122 334455 02 443300 0000 0000 01 000000"},
      {"ack with datagrams cut short", "f6 1122 334455 03 443300 0000 0000 00 ffffff"},
      {"stream limit cut short", "f6 1122 334455 05 04030201 08070605040302"},
      {"reset cut short", "f6 1122 334455 07 04030201 01000000000000"},
      {"link limit cut short", "f6 1122 334455 06 ffffffffffffff"},
      {"stream without an offset", "f6 1122 334455 10 04030201 050000"},
      {"stream without its length", "f6 1122 334455 12 04030201 05000000 01"},
      {"stream longer than the packet", "f6 1122 334455 12 04030201 05000000 0200 61"},
      {"control without a length", "f6 1122 334455 40 02"},
      {"control longer than the packet", "f6 1122 334455 40 0200 61"},
  };
  for (const Refused& row : cases) EXPECT_EQ(describe(from_hex(row.body)), "refused") << row.name;
}

TEST(LinkPacket, HasABoundedNumberOfFrames) {
  auto body = from_hex("f6 1122 334455");
  body.insert(body.end(), kMaxFramesPerPacket, 0x01);
  EXPECT_NE(describe(body), "refused");
  body.push_back(0x01);
  EXPECT_EQ(describe(body), "refused");
}

TEST(LinkPacket, HasABoundedNumberOfAckRanges) {
  auto body = from_hex("f6 1122 334455 02 ffffff 0000 0000 20");
  body.resize(body.size() + kMaxAckRanges * size_t{4});
  EXPECT_NE(describe(body), "refused");
  body[14] = 33;
  body.resize(body.size() + 4);
  EXPECT_EQ(describe(body), "refused");
}

TEST(LinkPacket, CutAnywhereIsReadAsSomethingShorterOrRefused) {
  const auto body = link_packet(kHeader, [](PacketWriter& out) {
    out.write_ack({{10, 12}, {3, 7}}, 100us, 9);
    out.write_control(2, kAbc);
    out.write_stream_limit(7, 9);
    out.write_link_limit(8);
    out.write_stream(5, 6, 3, false);
  });
  ASSERT_NE(describe(body), "refused");
  for (size_t size = 0; size < body.size(); ++size) describe(Bytes(body).first(size));
}

TEST(PacketWriter, WritesEveryFrameAsItIsRead) {
  const auto body = link_packet(kHeader, [](PacketWriter& out) {
    EXPECT_TRUE(out.empty());
    EXPECT_TRUE(out.write_ack({{10, 12}, {3, 7}}, 160us));
    EXPECT_TRUE(out.write_control(3, kAbc));
    EXPECT_TRUE(out.write_stream_limit(7, UINT64_MAX));
    EXPECT_TRUE(out.write_link_limit(8));
    EXPECT_TRUE(out.write_ping());
    const auto bytes = out.write_stream(5, 0x1'0000'0006, 3, true);
    std::copy(kAbc.begin(), kAbc.end(), bytes.begin());
    EXPECT_FALSE(out.empty());
    out.pad_to(100);
  });
  EXPECT_EQ(body.size(), 100U);
  EXPECT_EQ(describe(body),
            "8721/5588019: ack 11-1 160us 02000300 control 3 616263 stream 7 limit "
            "18446744073709551615 limit 8 ping stream 5 6:616263$ padding");
}

TEST(PacketWriter, CutsThePacketNumberToItsLow24Bits) {
  const auto body = link_packet({0, 0xAB123456}, [](PacketWriter& out) { out.write_ping(); });
  EXPECT_EQ(describe(body), "0/1193046: ping");
}

TEST(PacketWriter, WritesNothingThatDoesNotFit) {
  link_packet(
      kHeader,
      [](PacketWriter& out) {
        EXPECT_FALSE(out.write_stream_limit(7, 9));
        EXPECT_FALSE(out.write_control(3, kAbc));
        EXPECT_TRUE(out.empty());
        EXPECT_EQ(out.stream_room(), 0U);
        EXPECT_TRUE(out.write_ping());
        EXPECT_FALSE(out.write_ack({{0, 1}}, 0us));
        EXPECT_FALSE(out.write_link_limit(9));
      },
      kHeaderBytes + 5);
}

TEST(PacketWriter, FillsAPacketToTheLastByteWithAStream) {
  for (size_t short_of_full = 0; short_of_full < 5; ++short_of_full) {
    SCOPED_TRACE(short_of_full);
    size_t length = 0;
    const auto body = link_packet(kHeader, [&](PacketWriter& out) {
      EXPECT_EQ(out.stream_room(), Frame::kMaxBodyBytes - kHeaderBytes - 9);
      length = out.stream_room() - short_of_full;
      const auto bytes = out.write_stream(5, 0, length, false);
      EXPECT_EQ(bytes.size(), length);
      std::fill(bytes.begin(), bytes.end(), uint8_t{0x61});
      // Bytes that reach to the packet's end allow no frame after them.
      EXPECT_EQ(out.write_ping(), short_of_full > 2);
    });
    EXPECT_LE(body.size(), Frame::kMaxBodyBytes);
    std::vector<LinkFrame> frames;
    ASSERT_TRUE(decode_link_packet(body, frames));
    const auto& stream = std::get<StreamFrame>(frames.at(0));
    EXPECT_EQ(stream.bytes.size(), length);
    EXPECT_EQ(stream.bytes.back(), 0x61);
  }
}

// Writes ranges into an ACK frame and returns those that it decodes to.
std::vector<std::pair<uint64_t, uint64_t>> ranges_of(const Ranges& ranges, size_t max_body) {
  const auto body = link_packet(
      kHeader, [&](PacketWriter& out) { EXPECT_TRUE(out.write_ack(ranges, 0us)); }, max_body);
  std::vector<LinkFrame> frames;
  EXPECT_TRUE(decode_link_packet(body, frames));
  const auto& ack = std::get<AckFrame>(frames.at(0));
  EXPECT_EQ(ack.largest, (ranges.front().end - 1) & 0xFFFFFF);
  std::vector<std::pair<uint64_t, uint64_t>> result;
  EXPECT_TRUE(ack.for_each_range(ranges.front().end - 1, [&](uint64_t begin, uint64_t end) {
    result.emplace_back(begin, end);
  }));
  return result;
}

TEST(PacketWriter, WritesAckRangesUpToTheLimitsOfTheFormat) {
  using Pairs = std::vector<std::pair<uint64_t, uint64_t>>;
  struct AckCase {
    const char* name;
    Ranges ranges;
    Pairs written;
  };
  const std::vector<AckCase> cases = {
      {"one packet", {{0, 1}}, {{0, 1}}},
      {"the longest first range", {{0, 65536}}, {{0, 65536}}},
      {"a longer one is cut", {{0, 65537}}, {{1, 65537}}},
      {"no others behind one that was cut", {{10, 70'000}, {0, 5}}, {{4464, 70'000}}},
      {"the widest hole",
       {{70'000, 70'001}, {0, 70'000 - 65535}},
       {{70'000, 70'001}, {0, 70'000 - 65535}}},
      {"a wider one ends it", {{70'000, 70'001}, {4000, 4001}, {0, 1}}, {{70'000, 70'001}}},
      {"a long second range",
       {{70'000, 70'001}, {69'999 - 65535, 69'999}},
       {{70'000, 70'001}, {69'999 - 65535, 69'999}}},
      {"a longer one is cut, too, and is the last",
       {{90'000, 90'001}, {10, 80'000}, {0, 5}},
       {{90'000, 90'001}, {80'000 - 65536, 80'000}}},
      {"24 bits and more",
       {{0x1000005, 0x1000007}, {0xFFFFF0, 0x1000000}},
       {{0x1000005, 0x1000007}, {0xFFFFF0, 0x1000000}}},
  };
  for (const AckCase& row : cases) {
    EXPECT_EQ(ranges_of(row.ranges, Frame::kMaxBodyBytes), row.written) << row.name;
  }
}

TEST(PacketWriter, LeavesOutTheOldestAckRangesThatDoNotFit) {
  Ranges ranges;
  for (uint64_t i = 40; i > 0; --i) ranges.push_back({2 * i, 2 * i + 1});
  EXPECT_EQ(ranges_of(ranges, Frame::kMaxBodyBytes).size(), kMaxAckRanges + 1);
  const auto few = ranges_of(ranges, kHeaderBytes + 9 + 3 * 4 + 3);
  ASSERT_EQ(few.size(), 4U);
  EXPECT_EQ(few.back().first, 74U);
}

TEST(AckFrame, RefusesRangesThatGoBelowZero) {
  const auto valid = [](uint64_t largest, uint16_t first, std::string_view more) {
    const auto bytes = from_hex(more);
    return AckFrame{static_cast<uint32_t>(largest), {}, first, bytes, {}}.for_each_range(
        largest, [](uint64_t begin, uint64_t end) { EXPECT_LT(begin, end); });
  };
  EXPECT_TRUE(valid(5, 5, ""));
  EXPECT_FALSE(valid(5, 6, ""));
  EXPECT_TRUE(valid(5, 3, "00000000"));   // 2 to 5, not 1, 0
  EXPECT_FALSE(valid(5, 3, "00000100"));  // and -1
  EXPECT_FALSE(valid(5, 3, "01000000"));
  EXPECT_FALSE(valid(5, 5, "00000000"));
}

TEST(LinkPacket, RandomFramesComeBackUnchanged) {
  std::mt19937 random(1);
  for (int run = 0; run < 2000; ++run) {
    std::string expected = "8721/5588019:";
    const size_t max_body = 100 + random() % (Frame::kMaxBodyBytes - 99);
    const auto body = link_packet(
        kHeader,
        [&](PacketWriter& out) {
          for (int i = 0; i < 8; ++i) {
            const auto id = static_cast<MsgId>(random());
            const uint64_t number = random();
            std::vector<uint8_t> bytes(random() % 40);
            for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
            switch (random() % 4) {
              case 0:
                if (!out.write_control(id & 3, bytes)) break;
                expected += " " + Describe{}(ControlFrame{static_cast<uint8_t>(id & 3), bytes});
                break;
              case 1:
                if (!out.write_stream_limit(id, number)) break;
                expected += " " + Describe{}(StreamLimitFrame{id, number});
                break;
              case 2:
                if (!out.write_link_limit(number)) break;
                expected += " " + Describe{}(LinkLimitFrame{number});
                break;
              default: {
                if (out.stream_room() < std::max<size_t>(bytes.size(), 1)) break;
                const bool fin = random() % 2 == 0;
                const auto room = out.write_stream(id, number, bytes.size(), fin);
                std::copy(bytes.begin(), bytes.end(), room.begin());
                expected +=
                    " " + Describe{}(StreamFrame{id, static_cast<uint32_t>(number), fin, bytes});
              }
            }
          }
          if (out.empty() && out.write_ping()) expected += " ping";
        },
        max_body);
    ASSERT_LE(body.size(), max_body);
    ASSERT_EQ(describe(body), expected);
  }
}

TEST(LinkToken, DependsOnBothEpochsAndTheirOrder) {
  EXPECT_EQ(link_token(1, 2), link_token(1, 2));
  EXPECT_NE(link_token(1, 2), link_token(2, 1));
  EXPECT_NE(link_token(1, 2), link_token(1, 3));
  EXPECT_NE(link_token(1, 2), link_token(0x1000001, 2));
}

}  // namespace
}  // namespace ngcshare::link
