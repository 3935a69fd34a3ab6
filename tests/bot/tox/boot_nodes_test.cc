#include "bot/tox/boot_nodes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace ngcshare {
namespace {

const std::string kKey = "BEF0CFB37AF874BD17B9A8F9FE64C75521DB95A37D33C5BDB00E9CF58659C04F";

struct AcceptedNode {
  const char* name;
  std::string text;
  std::string host;
  uint16_t port;
};

const AcceptedNode kAcceptedNodes[] = {
    {"IPv4", "127.0.0.1:33445:" + kKey, "127.0.0.1", 33445},
    {"host name", "tox.example:443:" + kKey, "tox.example", 443},
    {"IPv6 in brackets", "[2001:db8::7]:33445:" + kKey, "2001:db8::7", 33445},
    {"lowest port", "a:1:" + kKey, "a", 1},
    {"highest port", "a:65535:" + kKey, "a", 65535},
};

struct RejectedNode {
  const char* name;
  std::string text;
};

const RejectedNode kRejectedNodes[] = {
    {"empty", ""},
    {"only a key", kKey},
    {"no host", ":33445:" + kKey},
    {"no port", "127.0.0.1:" + kKey},
    {"empty port", "127.0.0.1::" + kKey},
    {"port 0", "127.0.0.1:0:" + kKey},
    {"port 65536", "127.0.0.1:65536:" + kKey},
    {"port is no number", "127.0.0.1:http:" + kKey},
    {"no key", "127.0.0.1:33445:"},
    {"neither", "127.0.0.1:33445"},
    {"key too short", "127.0.0.1:33445:" + kKey.substr(2)},
    {"key too long", "127.0.0.1:33445:" + kKey + "00"},
    {"key is not hexadecimal", "127.0.0.1:33445:" + std::string(64, 'G')},
    {"space behind the key", "127.0.0.1:33445:" + kKey + " "},
    {"colons", ":::"},
};

TEST(BootstrapNode, IsHostPortAndKey) {
  for (const AcceptedNode& row : kAcceptedNodes) {
    const auto node = parse_bootstrap_node(row.text);
    ASSERT_TRUE(node) << row.name;
    EXPECT_EQ(node->host, row.host) << row.name;
    EXPECT_EQ(node->port, row.port) << row.name;
    EXPECT_EQ(node->key, parse_key(kKey)) << row.name;
    EXPECT_EQ(node->tcp_ports, std::vector<uint16_t>{row.port}) << row.name;
  }
}

TEST(BootstrapNode, IsRefusedWhenAPartIsWrong) {
  for (const RejectedNode& row : kRejectedNodes) {
    EXPECT_FALSE(parse_bootstrap_node(row.text)) << row.name;
  }
}

TEST(BootstrapNode, IsRefusedWhenItsHostCannotBeOne) {
  for (const char* host : {"[]", "[::1", "::1]", "a b", "a\n", "-a"}) {
    EXPECT_FALSE(parse_bootstrap_node(std::string(host) + ":33445:" + kKey)) << host;
  }
}

// -- the list ------------------------------------------------------------------------------------

std::string node_json(const std::string& fields) {
  return R"({"nodes":[{"public_key":")" + kKey + "\"," + fields + "}]}";
}

TEST(BootstrapList, GivesAnEntryForEachAddressFamily) {
  const auto nodes = parse_bootstrap_nodes_json(
      node_json(R"("ipv4":"192.0.2.7","ipv6":"2001:db8::7","port":33445,"tcp_ports":[443,3389])"));
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].host, "192.0.2.7");
  EXPECT_EQ(nodes[1].host, "2001:db8::7");
  for (const BootstrapNode& node : nodes) {
    EXPECT_EQ(node.port, 33445);
    EXPECT_EQ(node.key, parse_key(kKey));
    EXPECT_EQ(node.tcp_ports, (std::vector<uint16_t>{443, 3389}));
  }
}

TEST(BootstrapList, LeavesOutAbsentAddresses) {
  EXPECT_EQ(parse_bootstrap_nodes_json(node_json(R"("ipv4":"a","ipv6":"-","port":1)")).size(), 1U);
  EXPECT_EQ(parse_bootstrap_nodes_json(node_json(R"("ipv4":"","ipv6":"b","port":1)")).size(), 1U);
  EXPECT_TRUE(parse_bootstrap_nodes_json(node_json(R"("port":1)")).empty());
  EXPECT_TRUE(parse_bootstrap_nodes_json(R"({"nodes":[]})").empty());
}

TEST(BootstrapList, IgnoresWhatItDoesNotKnow) {
  const auto nodes = parse_bootstrap_nodes_json(
      node_json(R"("ipv4":"a","port":1,"motd":"hello","status_udp":true,"last_ping":17)"));
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_TRUE(nodes[0].tcp_ports.empty());
}

struct BrokenList {
  const char* name;
  std::string text;
};

const BrokenList kBrokenLists[] = {
    {"empty", ""},
    {"not JSON", "nodes"},
    {"cut", R"({"nodes":[{"ipv4":"a")"},
    {"something behind it", R"({"nodes":[]} x)"},
    {"not UTF-8", "{\"nodes\":[\"\xFF\"]}"},
    {"no nodes", "{}"},
    {"an array", "[]"},
    {"a number", "17"},
    {"nodes is a number", R"({"nodes":17})"},
    {"node is a text", R"({"nodes":["a"]})"},
    {"node is an array", R"({"nodes":[[]]})"},
    {"no key", R"({"nodes":[{"ipv4":"a","port":1}]})"},
    {"key too short", R"({"nodes":[{"ipv4":"a","port":1,"public_key":"AB"}]})"},
    {"key is a number", R"({"nodes":[{"ipv4":"a","port":1,"public_key":1}]})"},
    {"no port", node_json(R"("ipv4":"a")")},
    {"port is a text", node_json(R"("ipv4":"a","port":"33445")")},
    {"address is a number", node_json(R"("ipv4":17,"port":1)")},
    {"relay ports are a text", node_json(R"("ipv4":"a","port":1,"tcp_ports":"443")")},
    {"relay port is a text", node_json(R"("ipv4":"a","port":1,"tcp_ports":["443"])")},
    {"many brackets", std::string(100000, '[')},
};

// Returns what parsing throws; empty if nothing.
std::string error_of_list(const std::string& text) {
  try {
    parse_bootstrap_nodes_json(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(BootstrapList, IsRefusedInOneLineWhenBroken) {
  for (const BrokenList& row : kBrokenLists) {
    const std::string error = error_of_list(row.text);
    EXPECT_FALSE(error.empty()) << row.name;
    EXPECT_EQ(error.find('\n'), std::string::npos) << row.name << ": " << error;
  }
}

TEST(BootstrapList, IsRefusedWhenAPortIsNoPort) {
  for (const char* port : {"0", "65536", "70000", "-1", "4294967297", "3.5", "true"}) {
    const std::string as_port = std::string(R"("ipv4":"a","port":)") + port;
    const std::string as_relay = std::string(R"("ipv4":"a","port":1,"tcp_ports":[)") + port + "]";
    EXPECT_FALSE(error_of_list(node_json(as_port)).empty()) << port;
    EXPECT_FALSE(error_of_list(node_json(as_relay)).empty()) << port << ", of a relay";
  }
}

TEST(BootstrapList, IsBuiltIn) {
  const auto nodes = default_bootstrap_nodes();
  EXPECT_GE(nodes.size(), 10U);
  for (const BootstrapNode& node : nodes) {
    EXPECT_FALSE(node.host.empty());
    EXPECT_NE(node.port, 0) << node.host;
    EXPECT_NE(node.key, Key{}) << node.host;
  }
  EXPECT_TRUE(std::any_of(nodes.begin(), nodes.end(),
                          [](const auto& node) { return !node.tcp_ports.empty(); }));
}

}  // namespace
}  // namespace ngcshare
