#include "bot/services/share_syntax.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ngcshare {
namespace {

using storage::PortRange;

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

struct AcceptedPorts {
  const char* label;
  std::string text;
  std::vector<PortRange> ports;
  std::string host = "127.0.0.1";
};

const AcceptedPorts kAcceptedPorts[] = {
    {"range", "a=2456-2458/udp", {{2456, 2458, false, true}}},
    {"range of one", "a=80-80", {{80, 80, true, false}}},
    {"range of both", "a=80-81/both", {{80, 81, true, true}}},
    {"the most", "a=1-64", {{1, 64, true, false}}},
    {"the last ports", "a=65472-65535", {{65472, 65535, true, false}}},
    {"two ports", "a=25565,24454/udp", {{25565, 25565, true, false}, {24454, 24454, false, true}}},
    {"two ports and a host",
     "a=25565,24454/udp@mc",
     {{25565, 25565, true, false}, {24454, 24454, false, true}},
     "mc"},
    {"the same port by each transport",
     "a=80/tcp,80/udp",
     {{80, 80, true, false}, {80, 80, false, true}}},
    {"two ranges of the most", "a=1-32,101-132", {{1, 32, true, false}, {101, 132, true, false}}},
    {"name of 58 bytes", std::string(58, 'n') + "=65000-65001", {{65000, 65001, true, false}}},
    {"name of 62 bytes with a short port", std::string(62, 'n') + "=8-9", {{8, 9, true, false}}},
};

const AcceptedFlag kAcceptedFlags[] = {
    {"plain", "minecraft=25565", "minecraft", 25565, kTcp, "127.0.0.1"},
    {"lowest port", "a=1", "a", 1, kTcp, "127.0.0.1"},
    {"highest port", "a=65535", "a", 65535, kTcp, "127.0.0.1"},
    {"tcp", "a=80/tcp", "a", 80, kTcp, "127.0.0.1"},
    {"udp", "a=80/udp", "a", 80, kUdp, "127.0.0.1"},
    {"both", "a=80/both", "a", 80, kBoth, "127.0.0.1"},
    {"transport in capitals", "a=80/UDP", "a", 80, kUdp, "127.0.0.1"},
    {"host", "a=80@10.0.0.7", "a", 80, kTcp, "10.0.0.7"},
    {"transport and host", "a=80/udp@nas.lan", "a", 80, kUdp, "nas.lan"},
    {"IPv6 host", "a=80@::1", "a", 80, kTcp, "::1"},
    {"host with underscore and dash", "a=80@my_host-2", "a", 80, kTcp, "my_host-2"},
    {"longest name", std::string(64, 'n') + "=80", std::string(64, 'n'), 80, kTcp, "127.0.0.1"},
    {"name with a space", "my server=80", "my server", 80, kTcp, "127.0.0.1"},
    {"name in UTF-8", "sp\xC3\xA9l=80", "sp\xC3\xA9l", 80, kTcp, "127.0.0.1"},
    {"name like a path", "a/b@x=80", "a/b@x", 80, kTcp, "127.0.0.1"},
    {"longest host", "a=80@" + std::string(253, 'h'), "a", 80, kTcp, std::string(253, 'h')},
};

struct RejectedFlag {
  const char* label;
  std::string text;
  std::string said;  // part of the message
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
    {"second equals sign", "a=b=80", "is not a port"},
    {"no port", "a=", "is not a port"},
    {"port 0", "a=0", "is not a port"},
    {"port 65536", "a=65536", "is not a port"},
    {"port 70000", "a=70000", "is not a port"},
    {"port with a space", "a= 80", "is not a port"},
    {"reversed range", "a=200-100", "ends before it begins"},
    {"range of 65", "a=1-65", "at most 64 ports"},
    {"range of all", "a=1-65535", "at most 64 ports"},
    {"65 in two ranges", "a=1-32,101-133", "at most 64 ports"},
    {"range from 0", "a=0-3", "is not a port"},
    {"range beyond the last", "a=65535-65536", "is not a port"},
    {"range without an end", "a=80-", "is not a port"},
    {"range without a beginning", "a=-80", "is not a port"},
    {"range of three", "a=1-2-3", "is not a port"},
    {"overlap", "a=80-82,82", "given twice"},
    {"the same range", "a=80,80/both", "given twice"},
    {"comma at the end", "a=80,", "is not a port"},
    {"comma at the beginning", "a=,80", "is not a port"},
    {"host before a port", "a=80@mc,81", "is not a port"},
    {"host alone", "a=@mc", "is not a port"},
    {"name with a zero-width space",
     "mine\xE2\x80\x8B"
     "craft=80",
     "mine<U+200B>craft"},
    {"name with a direction mark", "web\xE2\x80\x8F=80", "cannot be seen"},
    {"name with a no-break space", "our\xC2\xA0server=80", "cannot be seen"},
    {"name with a variation selector", "\xE2\x9D\xA4\xEF\xB8\x8F=80", "cannot be seen"},
    {"name with a space before", " web=80", "space at an end"},
    {"name with a space behind", "web =80", "space at an end"},
    {"name with two spaces", "our  server=80", "two in a row"},
    {"name that ends like a key", "web@E897=80", "ends like a key"},
    {"name with a colon", "a:b=80", "a name is"},
    {"name of 63 bytes with two ports", std::string(63, 'n') + "=8-9", "at most 58 bytes"},
    {"name of 59 bytes with long ports", std::string(59, 'n') + "=65000-65001", "at most 58 bytes"},
    {"port by name", "a=http", "is not a port"},
    {"only a transport", "a=/udp", "is not a port"},
    {"unknown transport", "a=80/sctp", "is not a port"},
    {"no transport behind the slash", "a=80/", "is not a port"},
    {"two transports", "a=80/tcp/udp", "is not a port"},
    {"host before the transport", "a=80@nas/udp", "is not a host"},
    {"no host behind the @", "a=80@", "is not a host"},
    {"two hosts", "a=80@b@c", "is not a host"},
    {"host with a space", "a=80@my host", "is not a host"},
    {"host with an escape", "a=80@nas\x1B", "is not a host"},
    {"host like a flag", "a=80@-nas", "is not a host"},
    {"host of 254 bytes", "a=80@" + std::string(254, 'h'), "is not a host"},
    {"network", "a=80@10.0.0.0/8", "is not a host"},
    {"health that is none", "a=80,health=udp", "use health=tcp or health=off"},
    {"health without a value", "a=80,health=", "use health=tcp or health=off"},
    {"health and no port", "a=health=off", "is not a port"},
};

TEST(ShareFlag, IsRead) {
  for (const AcceptedFlag& row : kAcceptedFlags) {
    const auto result = parse_share_flag(row.text);
    const auto* spec = std::get_if<ShareSpec>(&result);
    ASSERT_NE(spec, nullptr) << row.label;
    EXPECT_EQ(spec->name, row.name) << row.label;
    const TransportSet& transports = row.transports;
    EXPECT_EQ(spec->ports,
              (std::vector<PortRange>{{row.port, row.port, transports.tcp, transports.udp}}))
        << row.label;
    EXPECT_EQ(spec->host, row.host) << row.label;
  }
}

TEST(ShareFlag, MayNameManyPorts) {
  for (const AcceptedPorts& row : kAcceptedPorts) {
    const auto result = parse_share_flag(row.text);
    const auto* spec = std::get_if<ShareSpec>(&result);
    ASSERT_NE(spec, nullptr) << row.label << ": " << std::get<ShareError>(result).text;
    EXPECT_EQ(spec->ports, row.ports) << row.label;
    EXPECT_EQ(spec->host, row.host) << row.label;
  }
}

TEST(ShareFlag, MayTurnTheChecksOff) {
  using enum storage::ServiceHealth;
  const struct {
    const char* text;
    storage::ServiceHealth health;
    const char* host;
  } kRows[] = {{"a=80", kTcp, "127.0.0.1"},
               {"a=80,health=tcp", kTcp, "127.0.0.1"},
               {"a=80,health=off", kOff, "127.0.0.1"},
               {"a=80@10.0.0.7,health=off", kOff, "10.0.0.7"},
               {"a=health=off,80@10.0.0.7", kOff, "10.0.0.7"}};
  for (const auto& row : kRows) {
    const auto result = parse_share_flag(row.text);
    const auto* spec = std::get_if<ShareSpec>(&result);
    ASSERT_NE(spec, nullptr) << row.text << ": " << std::get<ShareError>(result).text;
    EXPECT_EQ(spec->health, row.health) << row.text;
    EXPECT_EQ(spec->host, row.host) << row.text;
    EXPECT_EQ(spec->ports, (std::vector<PortRange>{{80, 80, true, false}})) << row.text;
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

// The header promises one line, because the text goes to a terminal or into a chat.
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
    const auto result = parse_share("web", std::vector<std::string>{"80/both"}, host);
    const auto* spec = std::get_if<ShareSpec>(&result);
    ASSERT_NE(spec, nullptr) << host;
    EXPECT_EQ(spec->host, "10.0.0.7");
    EXPECT_EQ(spec->ports, (std::vector<PortRange>{{80, 80, true, true}}));
  }
}

TEST(ShareWords, AreAnyNumberOfPortsAndThenTheHost) {
  const std::vector<std::vector<std::string>> same = {{"25565", "24454/udp", "@mc"},
                                                      {"25565", "24454/udp@mc"}};
  for (const auto& words : same) {
    const auto result = parse_share("minecraft", words, {});
    const auto* spec = std::get_if<ShareSpec>(&result);
    ASSERT_NE(spec, nullptr) << std::get<ShareError>(result).text;
    EXPECT_EQ(spec->host, "mc");
    EXPECT_EQ(spec->ports,
              (std::vector<PortRange>{{25565, 25565, true, false}, {24454, 24454, false, true}}));
  }
}

TEST(ShareWords, RefuseANameThatNoFlagCouldHold) {
  const std::vector<std::string> kPort80{"80"};
  EXPECT_TRUE(std::holds_alternative<ShareError>(parse_share("web", {}, {})));
  EXPECT_TRUE(std::holds_alternative<ShareError>(parse_share("a=b", kPort80, {})));
  EXPECT_TRUE(std::holds_alternative<ShareError>(parse_share("", kPort80, {})));
  EXPECT_TRUE(std::holds_alternative<ShareError>(parse_share("web", kPort80, "@")));
}

TEST(Describe, NamesTransportsAndPort) {
  EXPECT_EQ(describe(kTcp, 25565), "tcp 25565");
  EXPECT_EQ(describe(kUdp, 1), "udp 1");
  EXPECT_EQ(describe(kBoth, 65535), "tcp+udp 65535");
  const std::vector<PortRange> ports{{25565, 25565, true, true}, {2456, 2458, false, true}};
  EXPECT_EQ(describe(ports), "tcp+udp 25565, udp 2456-2458");
}

}  // namespace
}  // namespace ngcshare
