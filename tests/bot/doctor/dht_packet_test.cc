#include "bot/doctor/dht_packet.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "tests/support/seeded_entropy.h"

namespace ngcshare::dht {
namespace {

using asio::ip::make_address;
using test::SeededEntropy;

Key key_of(uint8_t fill) {
  Key key;
  key.fill(fill);
  return key;
}

std::vector<uint8_t> plain_of(const char* hex) { return parse_hex(hex).value(); }

const std::string kKeyDigits(64, 'A');
const std::string kIdDigits = "0102030405060708";

struct NodesCase {
  const char* name;
  std::string plain;
  std::vector<ListedNode> nodes;
};

TEST(DecodeNodesResponse, TakesEveryKindOfNode) {
  const Key key = key_of(0xAA);
  const std::string v4 =
      "7F000001"
      "82A5" +
      kKeyDigits;
  const std::string v6 =
      "20010DB8000000000000000000000001"
      "0001" +
      kKeyDigits;
  const ListedNode udp4{true, make_address("127.0.0.1"), 33445, key};
  const ListedNode tcp4{false, make_address("127.0.0.1"), 33445, key};
  const ListedNode udp6{true, make_address("2001:db8::1"), 1, key};
  const ListedNode tcp6{false, make_address("2001:db8::1"), 1, key};
  for (const NodesCase& entry : std::vector<NodesCase>{
           {"none", "00", {}},
           {"udp4",
            "01"
            "02" +
                v4,
            {udp4}},
           {"tcp4",
            "01"
            "82" +
                v4,
            {tcp4}},
           {"udp6",
            "01"
            "0A" +
                v6,
            {udp6}},
           {"tcp6",
            "01"
            "8A" +
                v6,
            {tcp6}},
           {"four",
            "04"
            "02" +
                v4 + "0A" + v6 + "82" + v4 + "8A" + v6,
            {udp4, udp6, tcp4, tcp6}},
       }) {
    const auto response = decode_nodes_response(plain_of((entry.plain + kIdDigits).c_str()));
    ASSERT_TRUE(response) << entry.name;
    EXPECT_EQ(response->nodes, entry.nodes) << entry.name;
    EXPECT_EQ(response->id, (Id{1, 2, 3, 4, 5, 6, 7, 8})) << entry.name;
  }
}

TEST(DecodeNodesResponse, RefusesEverythingElse) {
  const std::string node =
      "02"
      "7F000001"
      "82A5" +
      kKeyDigits;
  for (const auto& [name, plain] : std::vector<std::pair<const char*, std::string>>{
           {"empty", ""},
           {"no id", "00"},
           {"half an id",
            "00"
            "01020304"},
           {"something behind the id", "00" + kIdDigits + "00"},
           {"five nodes", "05" + node + node + node + node + node + kIdDigits},
           {"fewer than it says", "02" + node + kIdDigits},
           {"more than it says", "00" + node + kIdDigits},
           {"unknown family",
            "01"
            "03"
            "7F000001"
            "82A5" +
                kKeyDigits + kIdDigits},
           {"cut in the address",
            "01"
            "02"
            "7F00"},
           {"cut in the port",
            "01"
            "02"
            "7F000001"
            "82"},
           {"cut in the key",
            "01"
            "02"
            "7F000001"
            "82A5"
            "AAAA"},
       }) {
    EXPECT_FALSE(decode_nodes_response(plain_of(plain.c_str()))) << name;
  }
}

TEST(DecodePingRequest, TakesItsTypeAndAnIdOnly) {
  EXPECT_EQ(decode_ping_request(plain_of("000102030405060708"))->id, (Id{1, 2, 3, 4, 5, 6, 7, 8}));
  for (const char* plain :
       {"", "00", "010102030405060708", "0001020304050607", "00010203040506070809"}) {
    EXPECT_FALSE(decode_ping_request(plain_of(plain))) << plain;
  }
}

class DhtPacket : public testing::Test {
 protected:
  SeededEntropy entropy_{1};
  const KeyPair own_ = make_key_pair(entropy_);
  const KeyPair node_ = make_key_pair(entropy_);
  const Id id_{8, 7, 6, 5, 4, 3, 2, 1};
};

TEST_F(DhtPacket, RequestsAreWhatANodeReads) {
  const auto packet = encode_nodes_request(own_, node_.public_key, key_of(3), id_, entropy_);
  EXPECT_EQ(packet.size(), 113U);  // as toxcore requires
  const auto request = decode_nodes_request(packet, node_);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->sender, own_.public_key);
  EXPECT_EQ(request->wanted, key_of(3));
  EXPECT_EQ(request->id, id_);

  const auto answer = encode_ping_response(own_, node_.public_key, id_, entropy_);
  EXPECT_EQ(answer.size(), 82U);
  EXPECT_EQ(answer[0], 1);
}

TEST_F(DhtPacket, AnswersAreReadByThoseForWhomTheyAre) {
  const NodesResponse response{{{true, make_address("192.0.2.1"), 4, key_of(5)}}, id_};
  const auto packet = encode_nodes_response(node_, own_.public_key, response, entropy_);
  EXPECT_EQ(sender_of(packet), node_.public_key);
  const auto message = decode(packet, own_);
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<NodesResponse>(*message).nodes, response.nodes);
  EXPECT_FALSE(decode(packet, make_key_pair(entropy_)));

  const auto ping = encode_ping_request(node_, own_.public_key, id_, entropy_);
  EXPECT_EQ(std::get<PingRequest>(decode(ping, own_).value()).id, id_);
}

TEST_F(DhtPacket, AChangedOrCutPacketIsNothing) {
  const auto packet = encode_nodes_response(node_, own_.public_key, {{}, id_}, entropy_);
  for (size_t i = 0; i < packet.size(); ++i) {
    auto changed = packet;
    changed[i] ^= 1;
    EXPECT_FALSE(decode(changed, own_)) << i;
    EXPECT_FALSE(decode(Bytes(packet).first(i), own_)) << i;
  }
  auto longer = packet;
  longer.resize(kMaxPacketBytes + 1);
  EXPECT_FALSE(decode(longer, own_));
}

// Taken from another implementation: libsodium and NaCl agree on it.
TEST_F(DhtPacket, IsSealedAsNaclDoes) {
  const auto packet = encode_ping_response(own_, node_.public_key, id_, entropy_);
  std::array<uint8_t, 9> plain{};
  ASSERT_EQ(
      crypto_box_open_easy(plain.data(), packet.data() + 57, packet.size() - 57, packet.data() + 33,
                           own_.public_key.data(), node_.secret_key.data()),
      0);
  EXPECT_EQ(plain, (std::array<uint8_t, 9>{1, 8, 7, 6, 5, 4, 3, 2, 1}));
}

TEST(CommonBits, CountsFromTheFront) {
  Key a{};
  Key b{};
  EXPECT_EQ(common_bits(a, b), 256U);
  b[31] = 1;
  EXPECT_EQ(common_bits(a, b), 255U);
  b[1] = 0x10;
  EXPECT_EQ(common_bits(a, b), 11U);
  b[0] = 0x80;
  EXPECT_EQ(common_bits(a, b), 0U);
}

}  // namespace
}  // namespace ngcshare::dht
