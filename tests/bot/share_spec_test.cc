#include "bot/share_spec.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ngcshare {
namespace {

const TransportSet kTcp{true, false};
const TransportSet kUdp{false, true};
const TransportSet kBoth{true, true};

struct AcceptedFlag {
  const char* label;
  std::string text;
  std::string name;
  uint16_t port;
  TransportSet transports;
  std::string host;
};

const AcceptedFlag kAcceptedFlags[] = {
    {"plain", "minecraft=25565", "minecraft", 25565, kTcp, "127.0.0.1"},
    {"lowest port", "a=1", "a", 1, kTcp, "127.0.0.1"},
    {"highest port", "a=65535", "a", 65535, kTcp, "127.0.0.1"},
    {"tcp", "a=80/tcp", "a", 80, kTcp, "127.0.0.1"},
    {"udp", "a=80/udp", "a", 80, kUdp, "127.0.0.1"},
    {"both", "a=80/both", "a", 80, kBoth, "127.0.0.1"},
    {"host", "a=80@10.0.0.7", "a", 80, kTcp, "10.0.0.7"},
    {"transport and host", "a=80/udp@nas.lan", "a", 80, kUdp, "nas.lan"},
    {"IPv6 host", "a=80@::1", "a", 80, kTcp, "::1"},
    {"host with underscore and dash", "a=80@my_host-2", "a", 80, kTcp, "my_host-2"},
    {"longest name", std::string(64, 'n') + "=80", std::string(64, 'n'), 80, kTcp, "127.0.0.1"},
    {"name with a space", "my server=80", "my server", 80, kTcp, "127.0.0.1"},
    {"name in UTF-8", "sp\xC3\xA9l=80", "sp\xC3\xA9l", 80, kTcp, "127.0.0.1"},
    {"name like a path", "a/b@c=80", "a/b@c", 80, kTcp, "127.0.0.1"},
    {"longest host", "a=80@" + std::string(253, 'h'), "a", 80, kTcp, std::string(253, 'h')},
};

struct RejectedFlag {
  const char* label;
  std::string text;
  std::string said;  // in the message
};

const RejectedFlag kRejectedFlags[] = {
    {"empty", "", "NAME=PORT"},
    {"no equals sign", "minecraft", "NAME=PORT"},
    {"no name", "=80", "a name is"},
    {"name of 65 bytes", std::string(65, 'n') + "=80", "a name is"},
    {"name with a newline", "a\nb=80", "a name is"},
    {"name with an escape", "a\x1B[31m=80", "a name is"},
    {"name with DEL", "a\x7F=80", "a name is"},
    {"name with NUL", std::string("a\0b=80", 6), "a name is"},
    {"name with a C1 character", "a\xC2\x85=80", "a name is"},
    {"name that is not UTF-8", "a\xFF=80", "a name is"},
    {"second equals sign", "a=b=80", "is no port"},
    {"no port", "a=", "is no port"},
    {"port 0", "a=0", "is no port"},
    {"port 65536", "a=65536", "is no port"},
    {"port 70000", "a=70000", "is no port"},
    {"negative port", "a=-80", "is no port"},
    {"port with a space", "a= 80", "is no port"},
    {"range", "a=100-200", "is no port"},
    {"reversed range", "a=200-100", "is no port"},
    {"port by name", "a=http", "is no port"},
    {"only a transport", "a=/udp", "is no port"},
    {"unknown transport", "a=80/sctp", "is no port"},
    {"no transport behind the slash", "a=80/", "is no port"},
    {"transport in capitals", "a=80/UDP", "is no port"},
    {"two transports", "a=80/tcp/udp", "is no port"},
    {"host before the transport", "a=80@nas/udp", "is no host"},
    {"no host behind the @", "a=80@", "is no host"},
    {"two hosts", "a=80@b@c", "is no host"},
    {"host with a space", "a=80@my host", "is no host"},
    {"host with an escape", "a=80@nas\x1B", "is no host"},
    {"host like a flag", "a=80@-nas", "is no host"},
    {"host of 254 bytes", "a=80@" + std::string(254, 'h'), "is no host"},
    {"network", "a=80@10.0.0.0/8", "is no host"},
};

TEST(ShareFlag, IsRead) {
  for (const AcceptedFlag& row : kAcceptedFlags) {
    const auto result = parse_share_flag(row.text);
    const auto* spec = std::get_if<ShareSpec>(&result);
    ASSERT_NE(spec, nullptr) << row.label;
    EXPECT_EQ(spec->name, row.name) << row.label;
    EXPECT_EQ(spec->port, row.port) << row.label;
    EXPECT_EQ(spec->transports, row.transports) << row.label;
    EXPECT_EQ(spec->host, row.host) << row.label;
  }
}

TEST(ShareFlag, IsRefusedWithTheReason) {
  for (const RejectedFlag& row : kRejectedFlags) {
    const auto result = parse_share_flag(row.text);
    const auto* error = std::get_if<ShareError>(&result);
    ASSERT_NE(error, nullptr) << row.label;
    EXPECT_NE(error->text.find(row.said), std::string::npos) << row.label << ": " << error->text;
  }
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

// The header promises one line; it goes to a terminal or into a chat.
TEST(ShareFlag, QuotesNoControlCharacterInItsError) {
  for (const char* text : {"a\nb", "a\x1B[31m", "a=80\nb", "a=80/\x1B[2J", "a=80@b\nc"}) {
    const auto result = parse_share_flag(text);
    const auto* error = std::get_if<ShareError>(&result);
    ASSERT_NE(error, nullptr) << text;
    EXPECT_FALSE(has_control_character(error->text)) << error->text;
  }
}

TEST(ShareWords, TakeTheHostWithOrWithoutItsSign) {
  for (const char* host : {"@10.0.0.7", "10.0.0.7"}) {
    const auto result = parse_share("web", "80/both", host);
    const auto* spec = std::get_if<ShareSpec>(&result);
    ASSERT_NE(spec, nullptr) << host;
    EXPECT_EQ(spec->host, "10.0.0.7");
    EXPECT_EQ(spec->transports, kBoth);
  }
}

TEST(ShareWords, RefuseANameThatNoFlagCouldHold) {
  EXPECT_TRUE(std::holds_alternative<ShareError>(parse_share("a=b", "80", {})));
  EXPECT_TRUE(std::holds_alternative<ShareError>(parse_share("", "80", {})));
  EXPECT_TRUE(std::holds_alternative<ShareError>(parse_share("web", "80", "@")));
}

TEST(Describe, NamesTransportsAndPort) {
  EXPECT_EQ(describe(kTcp, 25565), "tcp 25565");
  EXPECT_EQ(describe(kUdp, 1), "udp 1");
  EXPECT_EQ(describe(kBoth, 65535), "tcp+udp 65535");
}

}  // namespace
}  // namespace ngcshare
