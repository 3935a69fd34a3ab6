#include "bot/services/target_policy.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

struct AddressCase {
  const char* name;
  std::vector<const char*> allowed;
  const char* address;
  bool expected;
};

const AddressCase kAddressCases[] = {
    {"loopback", {}, "127.0.0.1", true},
    {"first of loopback", {}, "127.0.0.0", true},
    {"last of loopback", {}, "127.255.255.255", true},
    {"before loopback", {}, "126.255.255.255", false},
    {"behind loopback", {}, "128.0.0.0", false},
    {"IPv6 loopback", {}, "::1", true},
    {"behind IPv6 loopback", {}, "::2", false},
    {"mapped loopback", {}, "::ffff:127.0.0.1", true},
    {"mapped address", {}, "::ffff:10.0.0.1", false},
    {"compatible loopback", {}, "::127.0.0.1", false},
    {"translated loopback", {}, "64:ff9b::127.0.0.1", false},
    {"any", {}, "0.0.0.0", false},
    {"this network", {}, "0.0.0.1", false},
    {"IPv6 any", {}, "::", false},
    {"mapped any", {}, "::ffff:0.0.0.0", false},
    {"metadata service", {}, "169.254.169.254", false},
    {"mapped metadata service", {}, "::ffff:169.254.169.254", false},
    {"link-local", {}, "fe80::1", false},
    {"private address", {}, "192.168.1.1", false},
    {"public address", {}, "8.8.8.8", false},
    {"broadcast", {}, "255.255.255.255", false},

    {"single address", {"192.0.2.7"}, "192.0.2.7", true},
    {"single address, mapped", {"192.0.2.7"}, "::ffff:192.0.2.7", true},
    {"next to a single address", {"192.0.2.7"}, "192.0.2.8", false},
    {"before a network", {"10.1.0.0/16"}, "10.0.255.255", false},
    {"first of a network", {"10.1.0.0/16"}, "10.1.0.0", true},
    {"last of a network", {"10.1.0.0/16"}, "10.1.255.255", true},
    {"behind a network", {"10.1.0.0/16"}, "10.2.0.0", false},
    {"mapped into a network", {"10.1.0.0/16"}, "::ffff:10.1.2.3", true},
    {"network by one of its hosts", {"10.1.2.3/16"}, "10.1.9.9", true},
    {"network that ends inside a byte, last", {"10.0.0.0/9"}, "10.127.255.255", true},
    {"network that ends inside a byte, behind", {"10.0.0.0/9"}, "10.128.0.0", false},
    {"network of one", {"10.0.0.1/32"}, "10.0.0.1", true},
    {"next to a network of one", {"10.0.0.1/32"}, "10.0.0.0", false},
    {"network of two", {"10.0.0.0/31"}, "10.0.0.1", true},
    {"everything", {"0.0.0.0/0"}, "8.8.8.8", true},
    {"everything of IPv4 is not IPv6", {"0.0.0.0/0"}, "2001:db8::1", false},
    {"everything of IPv6 is not IPv4", {"::/0"}, "8.8.8.8", false},
    {"everything of IPv6 is not mapped IPv4", {"::/0"}, "::ffff:8.8.8.8", false},
    {"first of an IPv6 network", {"fd00::/8"}, "fd00::", true},
    {"last of an IPv6 network", {"fd00::/8"}, "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
    {"behind an IPv6 network", {"fd00::/8"}, "fe00::", false},
    {"IPv6 network inside a byte", {"2001:db8::/33"}, "2001:db8:7fff::1", true},
    {"behind an IPv6 network inside a byte", {"2001:db8::/33"}, "2001:db8:8000::1", false},
    {"single IPv6 address", {"2001:db8::7"}, "2001:db8::7", true},
    {"second of two networks", {"10.0.0.0/8", "fd00::/8"}, "fd12::1", true},
    {"metadata service, allowed", {"169.254.169.254"}, "169.254.169.254", true},
};

TargetPolicy policy_of(const std::vector<const char*>& allowed) {
  TargetPolicy policy;
  for (const char* text : allowed) EXPECT_TRUE(policy.allow(text)) << text;
  return policy;
}

TEST(TargetPolicy, AllowsLoopbackAndWhatIsListed) {
  for (const AddressCase& row : kAddressCases) {
    const TargetPolicy policy = policy_of(row.allowed);
    const auto address = asio::ip::make_address(row.address);
    EXPECT_EQ(policy.allows_address(row.address, address), row.expected) << row.name;
    EXPECT_EQ(policy.allows_host(row.address), row.expected) << row.name << ", as a host";
    EXPECT_EQ(policy.allows_address("some.name", address), row.expected) << row.name << ", by name";
  }
}

TEST(TargetPolicy, AllowsAnAddressListedInItsMappedForm) {
  EXPECT_TRUE(policy_of({"::ffff:192.0.2.7"}).allows_host("192.0.2.7"));
  EXPECT_TRUE(policy_of({"::ffff:192.0.2.7"}).allows_host("::ffff:192.0.2.7"));
}

struct HostCase {
  const char* name;
  std::vector<const char*> allowed;
  const char* host;
  bool expected;
};

const HostCase kHostCases[] = {
    {"localhost", {}, "localhost", true},
    {"localhost in capitals", {}, "LocalHost", true},
    {"below localhost", {}, "evil.localhost", false},
    {"name that begins like localhost", {}, "localhost.evil.example", false},
    {"other name", {}, "nas.lan", false},
    {"empty name", {}, "", false},
    {"listed name", {"nas.lan"}, "nas.lan", true},
    {"listed name in other case", {"NAS.lan"}, "nas.LAN", true},
    {"below a listed name", {"nas.lan"}, "www.nas.lan", false},
    {"name in a listed network", {"10.0.0.0/8"}, "nas.lan", false},
    {"short form of loopback", {}, "127.1", false},
    {"loopback as one number", {}, "2130706433", false},
    {"loopback in octal", {}, "0177.0.0.1", false},
    {"loopback in hexadecimal", {}, "0x7f.0.0.1", false},
    {"zero", {}, "0", false},
    {"loopback with a space", {}, "127.0.0.1 ", false},
};

TEST(TargetPolicy, AllowsLocalhostAndListedNames) {
  for (const HostCase& row : kHostCases) {
    EXPECT_EQ(policy_of(row.allowed).allows_host(row.host), row.expected) << row.name;
  }
}

TEST(TargetPolicy, AnAllowedNameMayMeanAnyAddress) {
  const TargetPolicy policy = policy_of({"nas.lan"});
  EXPECT_TRUE(policy.allows_address("NAS.lan", asio::ip::make_address("192.168.1.2")));
  EXPECT_FALSE(policy.allows_address("other.lan", asio::ip::make_address("192.168.1.2")));
}

TEST(TargetPolicy, LocalhostMayOnlyMeanLoopback) {
  EXPECT_FALSE(TargetPolicy().allows_address("localhost", asio::ip::make_address("192.168.1.2")));
}

struct RefusedCase {
  const char* name;
  const char* text;
};

const RefusedCase kRefused[] = {
    {"empty", ""},
    {"prefix too long", "10.0.0.0/33"},
    {"IPv6 prefix too long", "fd00::/129"},
    {"negative prefix", "10.0.0.0/-1"},
    {"no prefix", "10.0.0.0/"},
    {"prefix is no number", "10.0.0.0/8x"},
    {"netmask", "10.0.0.0/255.0.0.0"},
    {"no address", "/8"},
    {"short address", "10/8"},
    {"two prefixes", "10.0.0.0/8/8"},
    {"name with a prefix", "nas.lan/8"},
    {"space", "10.0.0.0 /8"},
    {"two hosts", "a b"},
    {"like a flag", "-nas"},
    {"control character", "nas\n"},
    {"brackets", "[::1]"},
};

TEST(TargetPolicy, RefusesWhatIsNeitherNetworkNorHost) {
  for (const RefusedCase& row : kRefused) {
    EXPECT_FALSE(TargetPolicy().allow(row.text)) << row.name;
  }
}

// If they were taken as host names they would be listed but never match.
TEST(TargetPolicy, RefusesWhatLooksLikeAnAddressAndIsNone) {
  for (const char* text : {"10.0.0.256", "10.0.0", "192.168.1.7:80", "fd00:::1"}) {
    EXPECT_FALSE(TargetPolicy().allow(text)) << text;
  }
}

}  // namespace
}  // namespace ngcshare
