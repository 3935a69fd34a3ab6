// Replays the vectors of protocol/SPEC.md, so that the page and the code cannot drift apart.
//
//   vector NAME CHANNEL ID HEX    decodes to the packet below and is what the encoder writes
//   accepts NAME CHANNEL ID HEX   decodes to the packet below
//   rejects NAME CHANNEL ID HEX   does not decode
//   link_token SENDER RECEIVER VALUE   between two epochs
//   digest NAME VALUE             the digest of an Offer given as a vector; of a mapping for the
//                                 name mapping_ID; for the name sum, of those Offers together
//
// Vectors whose name begins with link_ are link packets.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "protocol/link/link_packet.h"
#include "protocol/link/truncated.h"
#include "protocol/packet.h"
#include "tests/protocol/packet_helpers.h"

namespace ngcshare {
namespace {

using test::ByteVector;
using test::same;
using test::to_hex;

struct Vector {
  std::string name;
  Channel channel = Channel::kLossless;
  PacketId id = PacketId::kOffer;
  ByteVector body;
};

struct Token {
  uint32_t sender = 0;
  uint32_t receiver = 0;
  uint16_t value = 0;
};

// What one of the first three words brings.
struct Vectors {
  std::vector<Vector> packets;
  std::vector<Vector> link_packets;

  void add(const Vector& vector) {
    (vector.name.starts_with("link_") ? link_packets : packets).push_back(vector);
  }
};

struct Page {
  Vectors vectors;
  Vectors accepts;
  Vectors rejects;
  std::vector<Token> tokens;
  std::map<std::string, uint64_t> digests;
};

Vector read_vector(std::istringstream& line) {
  Vector vector;
  std::string channel;
  std::string id;
  std::string hex;
  line >> vector.name >> channel >> id >> hex;
  EXPECT_TRUE(channel == "lossless" || channel == "lossy") << vector.name;
  EXPECT_TRUE(id.size() == 6 && id.starts_with("0x900") && id[5] <= '3') << vector.name;
  vector.channel = channel == "lossy" ? Channel::kLossy : Channel::kLossless;
  vector.id = static_cast<PacketId>(id.back() - '0');
  vector.body = test::from_hex(hex);
  return vector;
}

Token read_token(std::istringstream& line) {
  Token token;
  line >> std::hex >> token.sender >> token.receiver >> token.value;
  EXPECT_FALSE(line.fail());
  return token;
}

// The lines inside the page's fenced blocks that begin with one of the five words.
Page read_page() {
  Page page;
  std::ifstream file(NGCSHARE_SPEC_PATH);
  EXPECT_TRUE(file.is_open()) << NGCSHARE_SPEC_PATH;
  bool fenced = false;
  for (std::string text; std::getline(file, text);) {
    if (text.starts_with("```")) fenced = !fenced;
    std::istringstream line(text);
    std::string word;
    if (!fenced || !(line >> word)) continue;
    if (word == "vector") page.vectors.add(read_vector(line));
    if (word == "accepts") page.accepts.add(read_vector(line));
    if (word == "rejects") page.rejects.add(read_vector(line));
    if (word == "link_token") page.tokens.push_back(read_token(line));
    if (word == "digest") {
      std::string name;
      std::string value;
      line >> name >> value;
      page.digests[name] = std::stoull(value, nullptr, 16);
    }
  }
  return page;
}

constexpr MsgId kWeb = 0x11223344;
constexpr MsgId kGame = 0xA1B2C3D4;
constexpr MsgId kMapping = 0x0BADCAFE;
constexpr MsgId kUdpMapping = 0xDECAFBAD;
constexpr uint32_t kOffererEpoch = 0xC0FFEE11;
constexpr uint32_t kAcceptorEpoch = 0x5EED0B0E;
constexpr TransportSet kTcp{true, false};
constexpr TransportSet kUdp{false, true};
constexpr TransportSet kBoth{true, true};
constexpr uint32_t kMultiAndWindow = kCapMulti | kCapWindow;
constexpr uint32_t kAllCapabilities = 0x3F;

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Extension extension(uint32_t capabilities, std::optional<uint32_t> epoch = {}) {
  Extension made;
  made.capabilities = capabilities;
  made.epoch = epoch;
  return made;
}

template <typename T, typename V>
Extension with(Extension base, std::optional<T> Extension::*field, V value) {
  base.*field = T(value);
  return base;
}

Offer web(std::optional<Extension> extended = {}) {
  return {kWeb, kTcp, 8080, "web", std::move(extended)};
}

Offer web_extended() { return web(extension(kMultiAndWindow, kOffererEpoch)); }

Offer game_with_all_tags() {
  Extension all = extension(kMultiAndWindow, kOffererEpoch);
  all.state = ServiceState::kDown;
  all.description = "Sundays at eight";
  all.keep_alive_s = 5;
  all.udp_port = 27016;
  return {kGame, kBoth, 27015, "Spiel f\xC3\xBCr zwei", all};
}

Accept accept_multi(MsgId offer, MsgId mapping) {
  return {offer, with(extension(kMultiAndWindow, kAcceptorEpoch), &Extension::mapping_id, mapping)};
}

Accept accept_link() {
  return {kWeb,
          with(extension(kAllCapabilities, kAcceptorEpoch), &Extension::mapping_id, kMapping)};
}

Accept accept_multi_udp() {
  Accept accept = accept_multi(kGame, kUdpMapping);
  accept.extension->transport = Transport::kUdp;
  return accept;
}

uint64_t digest_of(const Offer& offer) { return offer_digest(test::encoded(offer).body); }

using Named = std::map<std::string, Packet>;

const Named& expected_vectors() {
  static const Named kPackets = {
      {"offer_tcp", web()},
      {"offer_udp", Offer{kGame, kUdp, 0, "dns", {}}},
      {"offer_both", Offer{kGame, kBoth, 27015, "game", {}}},
      {"offer_extension", web_extended()},
      {"offer_all_tags", game_with_all_tags()},
      {"accept_base", Accept{kWeb, {}}},
      {"accept_extension", Accept{kWeb, extension(kCapWindow, kAcceptorEpoch)}},
      {"accept_multi", accept_multi(kWeb, kMapping)},
      {"accept_multi_udp", accept_multi_udp()},
      {"ack_base", AckAcc{kWeb, {}}},
      {"ack_extension", AckAcc{kMapping, extension(kMultiAndWindow)}},
      {"kill_closed", Kill{kMapping, KillReason::kClosed}},
      {"kill_withdrawn", Kill{kWeb, KillReason::kWithdrawn}},
      {"kill_acknowledged", Kill{kMapping, KillReason::kAck}},
      {"offer_link", web(extension(kAllCapabilities, kOffererEpoch))},
      {"accept_link", accept_link()},
      {"fragment", Fragment{kUdpMapping, 7, 1, 2, bytes_of("the end")}},
      {"data_tcp", StreamData{kMapping, bytes_of("GET / HTTP/1.0\r\n\r\n")}},
      {"data_tcp_end", StreamData{kMapping, {}}},
      {"data_udp", Datagram{kUdpMapping, bytes_of({"\0\1ping", 6})}},
      {"data_udp_empty", Datagram{kUdpMapping, {}}},
      {"window", Window{kMapping, 655360}},
      {"hello_first", Hello{kAcceptorEpoch, kMultiAndWindow, 0, 0, 0, 0, true}},
      {"hello", Hello{kOffererEpoch, kMultiAndWindow, kAcceptorEpoch, digest_of(web_extended()), 0,
                      mapping_digest(kMapping), false}},
      {"copy_offer", web_extended()},
      {"copy_accept", accept_multi(kWeb, kMapping)},
      {"copy_ack", AckAcc{kMapping, extension(kMultiAndWindow)}},
      {"copy_kill", Kill{kMapping, KillReason::kReset}},
      {"copy_window", Window{kMapping, 655360}},
      {"tag_mapping_id",
       Accept{kWeb, with(extension(kCapMulti), &Extension::mapping_id, kMapping)}},
      {"tag_transport",
       Accept{kWeb, with(extension(kCapMulti), &Extension::transport, Transport::kTcp)}},
      {"tag_epoch", web(extension(0, kOffererEpoch))},
      {"tag_state", web(with(extension(0), &Extension::state, ServiceState::kBusy))},
      {"tag_description", web(with(extension(0), &Extension::description, "my blog"))},
      {"tag_keep_alive", web(with(extension(0), &Extension::keep_alive_s, 5))},
      {"tag_udp_port",
       Offer{kWeb, kBoth, 8080, "web", with(extension(0), &Extension::udp_port, 8443)}},
  };
  return kPackets;
}

const Named& expected_accepts() {
  static const Named kPackets = {
      {"offer_unknown_type_bits", web()},
      {"offer_trailing", web()},
      {"offer_unknown_tag", web(extension(0x80000021, kOffererEpoch))},
      {"offer_longer_value", web_extended()},
      {"offer_unknown_state", web(with(extension(0), &Extension::state, ServiceState::kBusy))},
      {"accept_repeated_tag",
       Accept{kWeb, with(extension(kCapMulti), &Extension::mapping_id, kMapping)}},
      {"ack_trailing", AckAcc{kMapping, {}}},
      {"kill_no_reason", Kill{kMapping, KillReason::kUnspecified}},
      {"kill_unknown_reason", Kill{kMapping, KillReason::kUnspecified}},
      {"kill_trailing", Kill{kMapping, KillReason::kClosed}},
      {"window_trailing", Window{kMapping, 655360}},
      {"hello_trailing", Hello{kOffererEpoch, kMultiAndWindow, kAcceptorEpoch, 0, 0, 0, false}},
  };
  return kPackets;
}

// udp Data is read as such, as a receiver does that knows the mapping.
std::optional<Packet> decode(const Vector& vector) {
  if (vector.id == PacketId::kData && vector.channel == Channel::kLossy) {
    const auto datagram = decode_datagram(vector.body);
    if (datagram) return *datagram;
    return std::nullopt;
  }
  return decode_packet(vector.id, vector.body);
}

void expect_decoded(const std::vector<Vector>& vectors, const Named& expected) {
  std::set<std::string> seen;
  for (const Vector& vector : vectors) {
    EXPECT_TRUE(seen.insert(vector.name).second) << vector.name << " stands there twice";
    const auto wanted = expected.find(vector.name);
    ASSERT_NE(wanted, expected.end()) << vector.name << " is not known to this test";
    const auto packet = decode(vector);
    ASSERT_TRUE(packet.has_value()) << vector.name;
    EXPECT_TRUE(same(*packet, wanted->second)) << vector.name;
  }
  EXPECT_EQ(seen.size(), expected.size()) << "the page lacks some that this test expects";
}

TEST(SpecVectors, DecodeToThePacketsThatThePageDescribes) {
  expect_decoded(read_page().vectors.packets, expected_vectors());
}

TEST(SpecVectors, AreWhatTheEncoderWrites) {
  const Page page = read_page();
  for (const Vector& vector : page.vectors.packets) {
    const auto wanted = expected_vectors().find(vector.name);
    ASSERT_NE(wanted, expected_vectors().end()) << vector.name;
    const bool copy = vector.name.starts_with("copy_");
    const test::Encoded sent =
        copy ? test::encoded_copy(wanted->second) : test::encoded(wanted->second);
    EXPECT_EQ(to_hex(sent.body), to_hex(vector.body)) << vector.name;
    EXPECT_EQ(sent.where.id, vector.id) << vector.name;
    EXPECT_EQ(sent.where.channel, vector.channel) << vector.name;
  }
}

TEST(SpecVectors, OfNewerSendersAreRead) {
  expect_decoded(read_page().accepts.packets, expected_accepts());
}

TEST(SpecVectors, ThatAreMalformedAreRefused) {
  const Page page = read_page();
  EXPECT_GE(page.rejects.packets.size(), 20U);
  for (const Vector& vector : page.rejects.packets) {
    EXPECT_FALSE(decode(vector).has_value()) << vector.name;
  }
}

// -- link packets -------------------------------------------------------------------------------

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
  const test::Encoded plain = test::encoded(packet);
  EXPECT_TRUE(out.write_control(static_cast<uint8_t>(plain.where.id), plain.body));
}

std::string control_in_words(const Packet& packet) {
  const test::Encoded plain = test::encoded(packet);
  return "control " + std::to_string(static_cast<int>(plain.where.id)) + " " + to_hex(plain.body);
}

using NamedLinkPackets = std::map<std::string, LinkPacket>;

const NamedLinkPackets& expected_link_vectors() {
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

TEST(SpecLinkVectors, HaveTheTokensThatThePageNames) {
  const Page page = read_page();
  EXPECT_EQ(page.tokens.size(), 2U);
  for (const Token& token : page.tokens) {
    EXPECT_EQ(link::link_token(token.sender, token.receiver), token.value);
  }
}

// -- digests ------------------------------------------------------------------------------------

constexpr std::string_view kMappingPrefix = "mapping_";

TEST(SpecVectors, HaveTheDigestsThatThePageNames) {
  const Page page = read_page();
  EXPECT_FALSE(page.digests.empty());
  uint64_t sum = 0;
  for (const auto& [name, digest] : page.digests) {
    if (name == "sum") continue;
    if (name.starts_with(kMappingPrefix)) {
      const auto id =
          static_cast<MsgId>(std::stoul(name.substr(kMappingPrefix.size()), nullptr, 16));
      EXPECT_EQ(mapping_digest(id), digest) << name;
      continue;
    }
    const auto offer = expected_vectors().find(name);
    ASSERT_NE(offer, expected_vectors().end()) << name;
    EXPECT_EQ(digest_of(std::get<Offer>(offer->second)), digest) << name;
    sum += digest;
  }
  ASSERT_TRUE(page.digests.contains("sum"));
  EXPECT_EQ(page.digests.at("sum"), sum);
}

}  // namespace
}  // namespace ngcshare
