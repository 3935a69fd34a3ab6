// Replays the link packets among the vectors of protocol/SPEC.md.
#include <functional>
#include <set>

#include "protocol/link/packet.h"
#include "protocol/link/sent_packets.h"
#include "protocol/link/truncated.h"
#include "tests/protocol/wire/spec_page.h"

namespace ngcshare::test {
namespace {

using link::PacketWriter;

// An ACK's numbers are completed as by a sender that has come to this one.
constexpr uint64_t kNextPacket = (1U << link::kPacketNumberBits) + 5;

// A frame in words.
struct Describe {
  std::string operator()(const link::PaddingFrame&) const { return "padding"; }
  std::string operator()(const link::PingFrame&) const { return "ping"; }
  std::string operator()(const link::AckFrame& ack) const {
    const uint64_t largest =
        link::complete_truncated(ack.largest, link::kPacketNumberBits, kNextPacket);
    std::string text = "ack " + std::to_string(ack.delay.count()) + "us";
    EXPECT_TRUE(ack.for_each_range(largest, [&text](uint64_t begin, uint64_t end) {
      text += " " + std::to_string(end - 1) + "-" + std::to_string(begin);
    }));
    if (ack.datagrams) text += " datagrams " + std::to_string(*ack.datagrams);
    return text;
  }
  std::string operator()(const link::ControlFrame& control) const {
    return "control " + std::to_string(control.id) + " " + to_hex(control.body);
  }
  std::string operator()(const link::StreamLimitFrame& limit) const {
    return name_of(limit.id) + " limit " + std::to_string(limit.limit);
  }
  std::string operator()(const link::LinkLimitFrame& limit) const {
    return "limit " + std::to_string(limit.limit);
  }
  std::string operator()(const link::ResetFrame& reset) const {
    return name_of(reset.id) + " reset " + std::to_string(reset.final_offset);
  }
  std::string operator()(const link::StreamFrame& stream) const {
    return name_of(stream.id) + " " + std::to_string(stream.offset) + " '" +
           std::string(stream.bytes.begin(), stream.bytes.end()) + "'" + (stream.fin ? " fin" : "");
  }

  static std::string name_of(MsgId id) { return id == kMapping ? "stream" : std::to_string(id); }
};

struct LinkPacket {
  bool to_offerer = false;
  uint32_t number = 0;  // as it travels
  std::string frames;   // in words
  std::function<void(PacketWriter&)> write;
  size_t max_body = Frame::kMaxBodyBytes;
};

uint16_t token_of(const LinkPacket& packet) {
  return packet.to_offerer ? link::link_token(kAcceptorEpoch, kOffererEpoch)
                           : link::link_token(kOffererEpoch, kAcceptorEpoch);
}

void write_stream(PacketWriter& out, uint64_t offset, std::string_view text, bool fin) {
  const auto room = out.write_stream(kMapping, offset, text.size(), fin);
  std::copy(text.begin(), text.end(), room.begin());
}

void write_control(PacketWriter& out, const Packet& packet) {
  const Encoded plain = encoded(packet);
  EXPECT_TRUE(out.write_control(static_cast<uint8_t>(plain.where.id), plain.body));
}

std::string control_in_words(const Packet& packet) {
  const Encoded plain = encoded(packet);
  return "control " + std::to_string(static_cast<int>(plain.where.id)) + " " + to_hex(plain.body);
}

using NamedLinkPackets = std::map<std::string, LinkPacket>;

// The link packets of one connection: request with EARLY, Ack-Acc, answer and end, last ACK.
const NamedLinkPackets& life_of_one_connection() {
  using std::chrono::microseconds;
  static constexpr std::string_view kRequest = "GET / HTTP/1.0\r\n\r\n";
  static const AckAcc kAckAcc{kMapping, extension(kAllCapabilities)};
  static const NamedLinkPackets kPackets = {
      {"link_life_1",
       {true, 0,
        " " + control_in_words(accept_link()) + " stream 0 '" + std::string(kRequest) + "'",
        [](PacketWriter& out) {
          write_control(out, accept_link());
          write_stream(out, 0, kRequest, false);
        }}},
      {"link_life_2",
       {false, 0, " ack 16us 16777216-16777216 datagrams 0 " + control_in_words(kAckAcc),
        [](PacketWriter& out) {
          out.write_ack({{0, 1}}, microseconds(16), 0);
          write_control(out, kAckAcc);
        }}},
      {"link_life_3",
       {false, 1, " stream 0 'HTTP/1.0 204\r\n\r\n' fin",
        [](PacketWriter& out) { write_stream(out, 0, "HTTP/1.0 204\r\n\r\n", true); }}},
      {"link_life_4",
       {true, 1, " ack 0us 16777217-16777216 datagrams 0 stream 18 '' fin",
        [](PacketWriter& out) {
          out.write_ack({{0, 2}}, microseconds(0), 0);
          write_stream(out, kRequest.size(), "", true);
        }}},
      {"link_life_5",
       {false, 2, " ack 4000us 16777217-16777216 datagrams 0",
        [](PacketWriter& out) {
          out.write_ack({{0, 2}}, microseconds(4000), 0);
        }}},
  };
  return kPackets;
}

NamedLinkPackets other_link_vectors() {
  using std::chrono::microseconds;
  static constexpr std::string_view kRequest = "GET / HTTP/1.0\r\n\r\n";
  static const AckAcc kAckAcc{kMapping, extension(kAllCapabilities)};
  static const Kill kKill{kMapping, KillReason::kReset};
  static const NamedLinkPackets kPackets = {
      {"link_ping", {true, 0, " ping", [](PacketWriter& out) { out.write_ping(); }}},
      {"link_accept_early",
       {true, 1,
        " " + control_in_words(accept_link()) + " stream 0 '" + std::string(kRequest) + "'",
        [](PacketWriter& out) {
          write_control(out, accept_link());
          write_stream(out, 0, kRequest, false);
        }}},
      {"link_ack_acc",
       {false, 0, " ack 48us 16777217-16777216 " + control_in_words(kAckAcc),
        [](PacketWriter& out) {
          out.write_ack({{0, 2}}, microseconds(48));
          write_control(out, kAckAcc);
        }}},
      {"link_stream_to_end",
       {false, 8, " stream 0 'hello'",
        [](PacketWriter& out) { write_stream(out, 0, "hello", false); }, 20}},
      {"link_stream_end",
       {false, 6, " stream 305419896 'bye' fin",
        [](PacketWriter& out) { write_stream(out, 0x912345678, "bye", true); }}},
      {"link_fin_only",
       {false, 7, " stream 305419899 '' fin",
        [](PacketWriter& out) { write_stream(out, 0x91234567B, "", true); }}},
      {"link_ack_ranges",
       {false, 0x234567, " ack 1600us 16777218-16777216 16777214-16777213 16777207-16777207",
        [](PacketWriter& out) {
          out.write_ack({{16777216, 16777219}, {16777213, 16777215}, {16777207, 16777208}},
                        microseconds(1600));
        }}},
      {"link_ack_wrap",
       {false, 0x234568, " ack 0us 16777217-16777214 16777211-16777210",
        [](PacketWriter& out) {
          out.write_ack({{0xFFFFFE, 0x1000002}, {0xFFFFFA, 0xFFFFFC}}, microseconds(0));
        }}},
      {"link_ack_datagrams",
       {true, 9, " ack 32us 16777225-16777216 datagrams 258",
        [](PacketWriter& out) {
          out.write_ack({{0, 10}}, microseconds(32), 258);
        }}},
      {"link_limits",
       {true, 2, " ack 0us 16777221-16777216 stream limit 393216 limit 1310720",
        [](PacketWriter& out) {
          out.write_ack({{0, 6}}, microseconds(0));
          out.write_stream_limit(kMapping, 393216);
          out.write_link_limit(1310720);
        }}},
      {"link_reset",
       {true, 3, " " + control_in_words(kKill) + " stream reset 18",
        [](PacketWriter& out) {
          write_control(out, kKill);
          out.write_reset(kMapping, 18);
        }}},
      {"link_size_probe",
       {true, 4, " ping padding",
        [](PacketWriter& out) {
          out.write_ping();
          out.pad_to(14);
        }}},
  };
  return kPackets;
}

const NamedLinkPackets& expected_link_vectors() {
  static const NamedLinkPackets kPackets = [] {
    NamedLinkPackets all = other_link_vectors();
    all.insert(life_of_one_connection().begin(), life_of_one_connection().end());
    return all;
  }();
  return kPackets;
}

const NamedLinkPackets& expected_link_accepts() {
  static const NamedLinkPackets kPackets = {
      {"link_padding_not_zero", {true, 5, " ping padding", {}}},
      {"link_stream_empty", {false, 9, " stream 4294967295 ''", {}}},
      {"link_two_acks",
       {true, 6, " ack 0us 16777225-16777225 ack 0us 16777223-16777223 control 0 ", {}}},
  };
  return kPackets;
}

void expect_link_packets(const std::vector<Vector>& vectors, const NamedLinkPackets& expected) {
  std::set<std::string> seen;
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    EXPECT_TRUE(seen.insert(vector.name).second) << "stands there twice";
    EXPECT_EQ(vector.id, PacketId::kAccept);
    EXPECT_EQ(vector.channel, Channel::kLossy);
    const auto wanted = expected.find(vector.name);
    ASSERT_NE(wanted, expected.end()) << "is not known to this test";
    std::vector<link::LinkFrame> frames;
    const auto header = link::decode_link_packet(vector.body, frames);
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->token, token_of(wanted->second));
    EXPECT_EQ(header->packet_number, wanted->second.number);
    std::string words;
    for (const auto& frame : frames) words += " " + std::visit(Describe{}, frame);
    EXPECT_EQ(words, wanted->second.frames);
  }
  EXPECT_EQ(seen.size(), expected.size()) << "the page lacks some that this test expects";
}

TEST(SpecLinkVectors, DecodeToTheFramesThatThePageDescribes) {
  const Page page = read_page();
  expect_link_packets(page.vectors.link_packets, expected_link_vectors());
  expect_link_packets(page.accepts.link_packets, expected_link_accepts());
}

TEST(SpecLinkVectors, AreWhatTheWriterWrites) {
  const Page page = read_page();
  for (const Vector& vector : page.vectors.link_packets) {
    const auto wanted = expected_link_vectors().find(vector.name);
    ASSERT_NE(wanted, expected_link_vectors().end()) << vector.name;
    const LinkPacket& packet = wanted->second;
    Frame frame;
    PacketWriter out(frame, packet.max_body, {token_of(packet), packet.number});
    packet.write(out);
    out.finish();
    EXPECT_EQ(to_hex(frame.body()), to_hex(vector.body)) << vector.name;
  }
}

TEST(SpecLinkVectors, ThatAreMalformedAreRefused) {
  const Page page = read_page();
  EXPECT_GE(page.rejects.link_packets.size(), 10U);
  std::vector<link::LinkFrame> frames;
  for (const Vector& vector : page.rejects.link_packets) {
    EXPECT_FALSE(link::decode_link_packet(vector.body, frames).has_value()) << vector.name;
  }
}

// -- numbers ------------------------------------------------------------------------------------

TEST(SpecLinkVectors, CompleteTruncatedNumbersAsThePageSays) {
  const Page page = read_page();
  EXPECT_GE(page.completions.size(), 10U);
  for (const Completion& row : page.completions) {
    EXPECT_EQ(link::complete_truncated(row.low, row.bits, row.expected), row.value) << row.name;
  }
}

// Returns the first ACK frame of the vector. The frame points into the vector.
link::AckFrame ack_of(const Page& page, const std::string& name) {
  std::vector<link::LinkFrame> frames;
  for (const Vector& vector : page.vectors.link_packets) {
    if (vector.name == name) link::decode_link_packet(vector.body, frames);
  }
  for (const auto& frame : frames) {
    if (const auto* const ack = std::get_if<link::AckFrame>(&frame)) return *ack;
  }
  ADD_FAILURE() << name << " has no ACK";
  return {};
}

// Returns what the ACK means to a sender whose next packet gets the number `next`.
std::string meaning_of(const link::AckFrame& ack, uint64_t next) {
  link::SentPackets sent;
  while (sent.next_number() < next) sent.add({});
  if (!sent.on_ack(ack)) return "ignored";
  std::string text;
  ack.for_each_range(link::complete_truncated(ack.largest, link::kPacketNumberBits, next),
                     [&text](uint64_t begin, uint64_t end) {
                       text += text.empty() ? "" : " ";
                       text += std::to_string(end - 1) + "-" + std::to_string(begin);
                     });
  return text;
}

TEST(SpecLinkVectors, HaveTheAcknowledgedRangesThatThePageNames) {
  const Page page = read_page();
  EXPECT_GE(page.ack_meanings.size(), 5U);
  for (const AckMeaning& row : page.ack_meanings) {
    EXPECT_EQ(meaning_of(ack_of(page, row.vector), row.next), row.ranges)
        << row.vector << " at " << row.next;
  }
}

TEST(SpecLinkVectors, HaveTheTokensThatThePageNames) {
  const Page page = read_page();
  EXPECT_EQ(page.tokens.size(), 2U);
  for (const Token& token : page.tokens) {
    EXPECT_EQ(link::link_token(token.sender, token.receiver), token.value);
  }
}

}  // namespace
}  // namespace ngcshare::test
