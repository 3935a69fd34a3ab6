#include "protocol/wire/extension.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/protocol/wire/packet_helpers.h"

namespace ngcshare {
namespace {

using test::ByteVector;
using test::from_hex;
using test::to_hex;

Extension with_capabilities(uint32_t capabilities) {
  Extension extension;
  extension.capabilities = capabilities;
  return extension;
}

template <typename T, typename V>
Extension with(std::optional<T> Extension::*field, V value) {
  Extension extension = with_capabilities(kCapMulti);
  extension.*field = T(value);
  return extension;
}

Extension with_everything() {
  Extension extension = with_capabilities(0xFFFFFFFF);
  extension.mapping_id = 0x0BADCAFE;
  extension.transport = Transport::kUdp;
  extension.epoch = 0xC0FFEE11;
  extension.state = ServiceState::kBusy;
  extension.description = std::string(kMaxDescriptionBytes, 'd');
  extension.keep_alive_s = 5;
  extension.udp_port = 27016;
  return extension;
}

ByteVector encode(const Extension& extension) {
  std::array<uint8_t, 240> room{};
  ByteWriter out(room);
  encode_extension(extension, out);
  return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(out.size())};
}

struct AcceptedCase {
  const char* name;
  const char* hex;
  Extension extension;
};

// The encoder writes each of these in the same bytes.
const AcceptedCase kCanonical[] = {
    {"no tags", "e1 01000000", with_capabilities(kCapMulti)},
    {"no capabilities", "e1 00000000", with_capabilities(0)},
    {"all capabilities", "e1 ffffffff", with_capabilities(0xFFFFFFFF)},
    {"mapping id", "e1 01000000 0104fecaad0b", with(&Extension::mapping_id, 0x0BADCAFEU)},
    {"tcp", "e1 01000000 020101", with(&Extension::transport, Transport::kTcp)},
    {"udp", "e1 01000000 020102", with(&Extension::transport, Transport::kUdp)},
    {"epoch", "e1 01000000 030411eeffc0", with(&Extension::epoch, 0xC0FFEE11U)},
    {"up", "e1 01000000 040100", with(&Extension::state, ServiceState::kUp)},
    {"down", "e1 01000000 040101", with(&Extension::state, ServiceState::kDown)},
    {"busy", "e1 01000000 040102", with(&Extension::state, ServiceState::kBusy)},
    {"description", "e1 01000000 0503c3bc78", with(&Extension::description, "\xC3\xBCx")},
    {"empty description", "e1 01000000 0500", with(&Extension::description, "")},
    {"keep-alive", "e1 01000000 06020500", with(&Extension::keep_alive_s, 5)},
    {"udp port", "e1 01000000 0702fb20", with(&Extension::udp_port, 8443)},
};

// Extensions that a newer sender may write and this encoder does not.
const AcceptedCase kLenient[] = {
    {"unknown tag", "e1 01000000 7f03010203", with_capabilities(kCapMulti)},
    {"tag 0", "e1 01000000 0000", with_capabilities(kCapMulti)},
    {"tag 255, longest value but one byte", "e1 01000000 ff02e1e1", with_capabilities(kCapMulti)},
    {"known behind unknown", "e1 01000000 7f00 020101",
     with(&Extension::transport, Transport::kTcp)},
    {"tags in another order", "e1 01000000 0702fb20 7f00", with(&Extension::udp_port, 8443)},
    {"tag repeated: the last counts", "e1 01000000 020101 020102",
     with(&Extension::transport, Transport::kUdp)},
    {"longer epoch", "e1 01000000 030511eeffc099", with(&Extension::epoch, 0xC0FFEE11U)},
    {"longer mapping id", "e1 01000000 0106fecaad0b0000",
     with(&Extension::mapping_id, 0x0BADCAFEU)},
    {"longer port", "e1 01000000 0703fb2000", with(&Extension::udp_port, 8443)},
    {"longer transport", "e1 01000000 02020100", with(&Extension::transport, Transport::kTcp)},
    {"unknown state is busy", "e1 01000000 040103", with(&Extension::state, ServiceState::kBusy)},
    {"state 255 is busy", "e1 01000000 0401ff", with(&Extension::state, ServiceState::kBusy)},
};

struct DamagedCase {
  const char* name;
  const char* hex;
};

const DamagedCase kDamaged[] = {
    {"mark alone", "e1"},
    {"capabilities cut", "e1 010000"},
    {"tag without length", "e1 01000000 01"},
    {"unknown tag without length", "e1 01000000 7f"},
    {"byte behind the last tag", "e1 01000000 020101 00"},
    {"value cut", "e1 01000000 0104fecaad"},
    {"unknown value cut", "e1 01000000 7f05 01020304"},
    {"value missing", "e1 01000000 7fff"},
    {"mapping id empty", "e1 01000000 0100"},
    {"mapping id of three bytes", "e1 01000000 0103fecaad"},
    {"mapping id 0", "e1 01000000 010400000000"},
    {"mapping id is a file kind", "e1 01000000 010400020009"},
    {"transport empty", "e1 01000000 0200"},
    {"transport 0", "e1 01000000 020100"},
    {"transport 3", "e1 01000000 020103"},
    {"epoch of two bytes", "e1 01000000 030211ee"},
    {"epoch 0", "e1 01000000 030400000000"},
    {"state empty", "e1 01000000 0400"},
    {"description with a newline", "e1 01000000 0503610a62"},
    {"description not UTF-8", "e1 01000000 0502c328"},
    {"keep-alive of one byte", "e1 01000000 060105"},
    {"udp port empty", "e1 01000000 0700"},
    {"good tag, then a damaged one", "e1 01000000 020101 020103"},
    {"damaged tag, then a good one", "e1 01000000 020103 020101"},
};

TEST(Extension, IsReadAsWritten) {
  for (const AcceptedCase& row : kCanonical) {
    const ExtensionResult result = decode_extension(from_hex(row.hex));
    EXPECT_TRUE(result.ok) << row.name;
    EXPECT_EQ(result.extension, row.extension) << row.name;
    EXPECT_EQ(to_hex(encode(row.extension)), to_hex(from_hex(row.hex))) << row.name;
  }
}

TEST(Extension, OfANewerSenderIsReadAsFarAsItIsKnown) {
  for (const AcceptedCase& row : kLenient) {
    const ExtensionResult result = decode_extension(from_hex(row.hex));
    EXPECT_TRUE(result.ok) << row.name;
    EXPECT_EQ(result.extension, row.extension) << row.name;
  }
}

TEST(Extension, IsRefusedWhenDamaged) {
  for (const DamagedCase& row : kDamaged) {
    const ExtensionResult result = decode_extension(from_hex(row.hex));
    EXPECT_FALSE(result.ok) << row.name;
    EXPECT_EQ(result.extension, std::nullopt) << row.name;
  }
}

TEST(Extension, IsAbsentWithoutItsMark) {
  for (const char* const tail : {"", "00", "e0 01000000", "ff", "00 e1 01000000"}) {
    const ExtensionResult result = decode_extension(from_hex(tail));
    EXPECT_TRUE(result.ok) << tail;
    EXPECT_EQ(result.extension, std::nullopt) << tail;
  }
}

TEST(Extension, WithEverythingInItTakesAtMost240Bytes) {
  const ByteVector bytes = encode(with_everything());
  EXPECT_LE(bytes.size(), 240U);
  EXPECT_EQ(decode_extension(bytes).extension, with_everything());
}

TEST(Extension, HasADescriptionOfAtMost200Bytes) {
  ByteVector bytes = from_hex("e1 00000000 05 c8");
  bytes.resize(bytes.size() + 200, 'd');
  EXPECT_EQ(decode_extension(bytes).extension->description, std::string(200, 'd'));
  bytes[6] = 201;
  bytes.push_back('d');
  EXPECT_FALSE(decode_extension(bytes).ok);
}

TEST(Extension, CutAnywhereIsReadUpToAWholeTagOrNotAtAll) {
  const ByteVector whole = encode(with_everything());
  // Behind the capabilities, and behind each of the tags 1 to 7.
  const std::array<size_t, 8> readable = {5, 11, 14, 20, 23, 225, 229, 233};
  for (size_t length = 1; length <= whole.size(); ++length) {
    const ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const bool expected = std::find(readable.begin(), readable.end(), length) != readable.end();
    EXPECT_EQ(decode_extension(cut).ok, expected) << "cut to " << length;
  }
}

}  // namespace
}  // namespace ngcshare
