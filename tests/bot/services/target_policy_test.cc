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
    {"link-local, allowed", {"169.254.0.0/16"}, "169.254.7.7", true},
    {"half of link-local", {"169.254.128.0/17"}, "169.254.128.7", true},
    {"everything does not name link-local", {"0.0.0.0/0"}, "169.254.169.254", false},
    {"everything does not name multicast", {"0.0.0.0/0"}, "239.1.2.3", false},
    {"everything does not name any", {"0.0.0.0/0"}, "0.0.0.0", false},
    {"everything does not name broadcast", {"0.0.0.0/0"}, "255.255.255.255", false},
    {"everything names private", {"0.0.0.0/0"}, "192.168.1.1", true},
    {"everything of IPv6 does not name link-local", {"::/0"}, "fe80::1", false},
    {"IPv6 link-local, allowed", {"fe80::/10"}, "fe80::1", true},
    {"IPv6 link-local with a scope, allowed", {"fe80::/10"}, "fe80::1%1", true},
    {"everything of IPv6 does not name multicast", {"::/0"}, "ff02::1", false},
    {"everything of IPv6 does not name any", {"::/0"}, "::", false},
    {"everything of IPv6 does not name translated link-local",
     {"::/0"},
     "64:ff9b::169.254.169.254",
     false},
    {"translation does not name translated link-local",
     {"64:ff9b::/96"},
     "64:ff9b::169.254.169.254",
     false},
    {"translated link-local, allowed",
     {"64:ff9b::169.254.169.254"},
     "64:ff9b::169.254.169.254",
     true},
    {"6to4 of loopback is not everything", {"::/0"}, "2002:7f00:1::", false},
    {"compatible loopback is not everything", {"::/0"}, "::127.0.0.1", false},
    {"carrier's network does not name its metadata service",
     {"100.64.0.0/10"},
     "100.100.100.200",
     false},
    {"unique local does not name its metadata service", {"fd00::/8"}, "fd00:ec2::254", false},
    {"metadata service of IPv6, allowed", {"fd00:ec2::254"}, "fd00:ec2::254", true},
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
    // Loopback without being listed is for those who write the address itself.
    const bool by_name = row.expected && !row.allowed.empty();
    EXPECT_EQ(policy.allows_address("some.name", address), by_name) << row.name << ", by name";
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

struct NamedCase {
  const char* name;
  std::vector<const char*> allowed;
  const char* host;
  const char* address;
  bool expected;
};

const NamedCase kNamedCases[] = {
    {"container's name in its network", {"mc"}, "mc", "172.18.0.3", true},
    {"container's name in IPv6", {"mc"}, "mc", "fd4d:1::3", true},
    {"name in other case", {"nas.lan"}, "NAS.lan", "192.168.1.2", true},
    {"name with a final dot", {"nas.lan."}, "nas.lan.", "192.168.1.2", true},
    {"another name", {"nas.lan"}, "other.lan", "192.168.1.2", false},
    {"container's name, public address", {"mc"}, "mc", "192.0.2.7", true},
    {"public name, public address", {"game.example.com"}, "game.example.com", "192.0.2.7", true},
    {"public name, IPv6", {"game.example.com"}, "game.example.com", "2001:db8::7", true},
    {"public name, private address", {"game.example.com"}, "game.example.com", "10.0.0.7", false},
    {"public name, carrier's network", {"a.example.com"}, "a.example.com", "100.64.0.1", false},
    {"public name, unique local", {"a.example.com"}, "a.example.com", "fd00::1", false},
    {"public name that ends like a local one", {"a.wlan"}, "a.wlan", "10.0.0.7", false},
    {"public name, private network listed",
     {"a.example.com", "10.0.0.0/8"},
     "a.example.com",
     "10.0.0.7",
     true},
    {"public name, private network of its own",
     {"a.example.com=10.0.0.0/8"},
     "a.example.com",
     "10.0.0.7",
     true},
    {"the network of another name",
     {"a.example.com=10.0.0.0/8", "b.example.com"},
     "b.example.com",
     "10.0.0.7",
     false},
    {"outside the only network of a name", {"mc=172.18.0.0/16"}, "mc", "172.19.0.3", false},
    {"public address outside the only network", {"mc=172.18.0.0/16"}, "mc", "192.0.2.7", false},
    {"loopback", {"mc"}, "mc", "127.0.0.1", false},
    {"loopback in Debian's hosts file", {"myhost"}, "myhost", "127.0.1.1", false},
    {"IPv6 loopback", {"mc"}, "mc", "::1", false},
    {"mapped loopback", {"mc"}, "mc", "::ffff:127.0.0.1", false},
    {"loopback that is listed", {"myhost=127.0.1.1"}, "myhost", "127.0.1.1", true},
    {"loopback by a wide network", {"myhost=0.0.0.0/0"}, "myhost", "127.0.1.1", false},
    {"metadata service", {"mc"}, "mc", "169.254.169.254", false},
    {"mapped metadata service", {"mc"}, "mc", "::ffff:169.254.169.254", false},
    {"translated metadata service", {"mc"}, "mc", "64:ff9b::169.254.169.254", false},
    {"6to4 metadata service", {"mc"}, "mc", "2002:a9fe:a9fe::1", false},
    {"metadata service among private addresses", {"mc"}, "mc", "fd00:ec2::254", false},
    {"metadata service of Azure", {"a.example.com"}, "a.example.com", "168.63.129.16", false},
    {"translated public address", {"a.example.com"}, "a.example.com", "64:ff9b::192.0.2.7", true},
    {"translated private address", {"a.example.com"}, "a.example.com", "64:ff9b::10.0.0.1", false},
    {"6to4 of a private address", {"a.example.com"}, "a.example.com", "2002:a00:1::", false},
    {"Teredo", {"mc"}, "mc", "2001:0:1::1", false},
    {"link-local", {"mc"}, "mc", "fe80::1", false},
    {"link-local with a scope", {"mc"}, "mc", "fe80::1%1", false},
    {"multicast", {"mc"}, "mc", "224.0.0.1", false},
    {"any", {"mc"}, "mc", "0.0.0.0", false},
    {"IPv6 any", {"mc"}, "mc", "::", false},
    {"broadcast", {"mc"}, "mc", "255.255.255.255", false},
};

TEST(TargetPolicy, ANameReachesWhatItsRuleSays) {
  for (const NamedCase& row : kNamedCases) {
    const TargetPolicy policy = policy_of(row.allowed);
    EXPECT_EQ(policy.allows_address(row.host, asio::ip::make_address(row.address)), row.expected)
        << row.name;
  }
}

TEST(TargetPolicy, NamesTheFlagThatWouldPermitAnAddress) {
  const auto address = asio::ip::make_address("::ffff:169.254.169.254");
  const std::string text = address_not_allowed("mc", address);
  EXPECT_NE(text.find("link-local"), std::string::npos) << text;
  const std::string flag = "--allow-target ";
  const size_t at = text.find(flag);
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_TRUE(policy_of({text.c_str() + at + flag.size()}).allows_address("mc", address)) << text;
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
    {"name with an empty network", "nas="},
    {"network without a name", "=10.0.0.0/8"},
    {"name for a name", "nas=other"},
    {"name for two networks", "nas=10.0.0.0/8=10.0.0.0/8"},
    {"address for a network", "10.0.0.7=10.0.0.0/8"},
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
