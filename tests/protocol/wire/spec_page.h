// Reads the test vectors of protocol/SPEC.md. Their lines:
//
//   vector NAME CHANNEL ID HEX    decodes to the value in a test, and is encoded from it
//   accepts NAME CHANNEL ID HEX   decodes to the value in a test
//   rejects NAME CHANNEL ID HEX   does not decode
//   link_token SENDER RECEIVER VALUE   between two epochs
//   complete NAME LOW BITS EXPECTED VALUE   a truncated number, completed
//   ranges VECTOR NEXT RANGES…    the first ACK of a link packet, for a sender that comes to NEXT
//   digest NAME VALUE             the digest of an Offer given as a vector; of a mapping for the
//                                 name mapping_ID; for the name sum, of those Offers together
//
// Vectors whose name begins with link_ are link packets.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "protocol/wire/packet.h"
#include "tests/protocol/wire/packet_helpers.h"

namespace ngcshare::test {

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

struct Completion {
  std::string name;
  uint64_t low = 0;
  unsigned bits = 0;
  uint64_t expected = 0;
  uint64_t value = 0;
};

struct AckMeaning {
  std::string vector;
  uint64_t next = 0;
  std::string ranges;  // "HIGHEST-LOWEST HIGHEST-LOWEST …" or "ignored"
};

// The vectors under one of the first three words.
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
  std::vector<Completion> completions;
  std::vector<AckMeaning> ack_meanings;
  std::map<std::string, uint64_t> digests;
};

inline Vector read_vector(std::istringstream& line) {
  Vector vector;
  std::string channel;
  std::string id;
  std::string hex;
  line >> vector.name >> channel >> id >> hex;
  EXPECT_TRUE(channel == "lossless" || channel == "lossy") << vector.name;
  EXPECT_TRUE(id.size() == 6 && id.starts_with("0x900") && id[5] <= '3') << vector.name;
  vector.channel = channel == "lossy" ? Channel::kLossy : Channel::kLossless;
  vector.id = static_cast<PacketId>(id.back() - '0');
  vector.body = from_hex(hex);
  return vector;
}

inline Token read_token(std::istringstream& line) {
  Token token;
  line >> std::hex >> token.sender >> token.receiver >> token.value;
  EXPECT_FALSE(line.fail());
  return token;
}

inline uint64_t read_number(std::istringstream& line) {
  std::string text;
  line >> text;
  return std::stoull(text, nullptr, 0);
}

inline Completion read_completion(std::istringstream& line) {
  Completion completion;
  line >> completion.name;
  completion.low = read_number(line);
  completion.bits = static_cast<unsigned>(read_number(line));
  completion.expected = read_number(line);
  completion.value = read_number(line);
  return completion;
}

inline AckMeaning read_ack_meaning(std::istringstream& line) {
  AckMeaning meaning;
  line >> meaning.vector;
  meaning.next = read_number(line);
  std::getline(line >> std::ws, meaning.ranges);
  return meaning;
}

// The lines inside the page's fenced blocks that begin with one of these words.
inline Page read_page() {
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
    if (word == "complete") page.completions.push_back(read_completion(line));
    if (word == "ranges") page.ack_meanings.push_back(read_ack_meaning(line));
    if (word == "digest") {
      std::string name;
      std::string value;
      line >> name >> value;
      page.digests[name] = std::stoull(value, nullptr, 16);
    }
  }
  return page;
}

inline constexpr MsgId kWeb = 0x11223344;
inline constexpr MsgId kMapping = 0x0BADCAFE;
inline constexpr uint32_t kOffererEpoch = 0xC0FFEE11;
inline constexpr uint32_t kAcceptorEpoch = 0x5EED0B0E;
inline constexpr uint32_t kAllCapabilities = 0x7F;

inline Extension extension(uint32_t capabilities, std::optional<uint32_t> epoch = {}) {
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

inline Accept accept_link() {
  return {kWeb,
          with(extension(kAllCapabilities, kAcceptorEpoch), &Extension::mapping_id, kMapping)};
}

}  // namespace ngcshare::test
