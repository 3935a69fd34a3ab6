// Replays the vectors of protocol/SPEC.md, so that the page and the code cannot drift apart: all
// but those of link packets.
#include <set>

#include "tests/protocol/wire/spec_page.h"

namespace ngcshare::test {
namespace {

constexpr MsgId kGame = 0xA1B2C3D4;
constexpr MsgId kUdpMapping = 0xDECAFBAD;
constexpr TransportSet kTcp{true, false};
constexpr TransportSet kUdp{false, true};
constexpr TransportSet kBoth{true, true};
constexpr uint32_t kMultiAndWindow = kCapMulti | kCapWindow;

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Offer web(std::optional<Extension> extended = {}) {
  return {kWeb, kTcp, 8080, "web", std::move(extended)};
}

Offer web_extended() { return web(extension(kMultiAndWindow, kOffererEpoch)); }

Offer web_with_link() { return web(extension(kAllCapabilities, kOffererEpoch)); }

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

Accept accept_multi_udp() {
  Accept accept = accept_multi(kGame, kUdpMapping);
  accept.extension->transport = Transport::kUdp;
  return accept;
}

uint64_t digest_of(const Offer& offer) { return offer_digest(encoded(offer).body); }

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
      {"offer_link", web_with_link()},
      {"hello_life_1", Hello{kAcceptorEpoch, kAllCapabilities, kOffererEpoch, 0,
                             digest_of(web_with_link()), 0, true}},
      {"hello_life_2", Hello{kOffererEpoch, kAllCapabilities, kAcceptorEpoch,
                             digest_of(web_with_link()), 0, 0, false}},
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
      {"offer_id_begins_with_mark", Offer{0x112233F4, kTcp, 8080, "web", {}}},
      {"offer_tag_of_accept", web(with(extension(0), &Extension::transport, Transport::kTcp))},
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
    const Encoded sent = copy ? encoded_copy(wanted->second) : encoded(wanted->second);
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
}  // namespace ngcshare::test
