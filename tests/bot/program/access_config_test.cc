#include "bot/program/access_config.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/bot/options/options_helpers.h"

namespace ngcshare {
namespace {

bool has(const PortSet& ports, const char* port) {
  const auto number = static_cast<uint16_t>(std::stoi(port));
  return ports.contains(number, number);
}

TEST(AccessConfig, NeverHasTheGatewaysOwnPortsForGroupAdmins) {
  const RunOptions started = test::parse_run({"--http", "8080", "--tcp-relay-port", "3389"});
  const RunOptions now = test::parse_run({"--admin-ports", "1024-65535"});
  const PortSet ports = access_config(now, started, 33446).admin_ports;
  for (const auto& own : {"8080", "3389", "33446"}) EXPECT_FALSE(has(ports, own)) << own;
  for (const auto& other : {"8081", "3390", "33445", "33447"}) {
    EXPECT_TRUE(has(ports, other)) << other;
  }
}

TEST(AccessConfig, WithoutAUdpPortIsThatOfTheFlag) {
  const RunOptions options = test::parse_run({"--admin-ports", "1024-65535"});
  EXPECT_TRUE(access_config(options, options, std::nullopt).admin_ports.contains(1024, 65535));
}

}  // namespace
}  // namespace ngcshare
