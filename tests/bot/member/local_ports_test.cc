#include "bot/member/local_ports.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/own_loopback.h"

namespace ngcshare {
namespace {

using asio::ip::address_v4;

const TransportSet kTcp{true, false};
const TransportSet kUdp{false, true};
const TransportSet kBoth{true, true};

class LocalPortsTest : public testing::Test {
 protected:
  std::optional<BoundPorts> bind(uint16_t port, TransportSet transports) {
    return bind_ports(loop_, kLoopback, port, transports, error_);
  }
  std::optional<BoundPorts> near(uint16_t port, TransportSet transports) {
    auto bound = bind_block(loop_, kLoopback, {{{0, transports}}, {port}}, error_);
    return bound ? std::optional(std::move(bound->front())) : std::nullopt;
  }
  // Returns the first of three successive ports that are free for both transports.
  uint16_t free_port() {
    const uint16_t first = 20000;
    for (uint16_t port = first; port < first + 1000; ++port) {
      const bool all = bind(port, kBoth) && bind(static_cast<uint16_t>(port + 1), kBoth) &&
                       bind(static_cast<uint16_t>(port + 2), kBoth);
      if (all) return port;
    }
    ADD_FAILURE() << "no three free ports from " << first;
    return 0;
  }

  const asio::ip::address kLoopback = test::own_loopback();
  asio::io_context loop_;
  asio::error_code error_;
};

TEST_F(LocalPortsTest, BindWhatWasAskedFor) {
  const uint16_t port = free_port();
  const auto tcp = bind(port, kTcp);
  ASSERT_TRUE(tcp) << error_.message();
  EXPECT_TRUE(tcp->tcp && !tcp->udp);
  EXPECT_EQ(tcp->port, port);
  const auto udp = bind(port, kUdp);  // tcp and udp do not get in each other's way
  ASSERT_TRUE(udp) << error_.message();
  EXPECT_TRUE(udp->udp && !udp->tcp);
  EXPECT_EQ(udp->port, port);
}

TEST_F(LocalPortsTest, BindTcpAndUdpToTheSameNumber) {
  for (const uint16_t port : {free_port(), uint16_t{0}}) {
    const auto both = bind(port, kBoth);
    ASSERT_TRUE(both) << error_.message();
    ASSERT_TRUE(both->tcp && both->udp);
    EXPECT_EQ(both->tcp->local_endpoint().port(), both->port);
    EXPECT_EQ(both->udp->local_endpoint().port(), both->port);
    EXPECT_NE(both->port, 0);
    EXPECT_TRUE(port == 0 || both->port == port) << both->port;
  }
}

TEST_F(LocalPortsTest, BindOnlyTheGivenAddress) {
  const auto bound = bind(0, kBoth);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->tcp->local_endpoint().address(), kLoopback);
  EXPECT_EQ(bound->udp->local_endpoint().address(), kLoopback);
}

TEST_F(LocalPortsTest, ReportAPortInUse) {
  const auto holder = bind(free_port(), kBoth);
  ASSERT_TRUE(holder);
  for (const TransportSet transports : {kTcp, kUdp, kBoth}) {
    EXPECT_FALSE(bind(holder->port, transports));
    EXPECT_EQ(error_, asio::error::address_in_use);
  }
}

TEST_F(LocalPortsTest, KeepNoHalfOfAPortWhoseOtherHalfIsInUse) {
  const auto holder = bind(free_port(), kUdp);
  ASSERT_TRUE(holder);
  EXPECT_FALSE(bind(holder->port, kBoth));
  EXPECT_TRUE(bind(holder->port, kTcp)) << error_.message();
}

TEST_F(LocalPortsTest, ReportAnAddressThatIsNotOurs) {
  EXPECT_FALSE(
      bind_block(loop_, asio::ip::make_address("192.0.2.1"), {{{0, kTcp}}, {21000}}, error_));
  EXPECT_EQ(error_.value(), EADDRNOTAVAIL);
}

TEST_F(LocalPortsTest, NearAPortIsThePortWhenItIsFree) {
  const uint16_t port = free_port();
  const auto bound = near(port, kBoth);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->port, port);
}

TEST_F(LocalPortsTest, NearATakenPortIsTheNextThatIsFree) {
  const uint16_t port = free_port();
  const auto first = bind(port, kTcp);
  const auto second = bind(static_cast<uint16_t>(port + 1), kUdp);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(near(port, kTcp)->port, port + 1);
  EXPECT_EQ(near(port, kUdp)->port, port);
  const auto both = near(port, kBoth);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->port, port + 2);
  EXPECT_EQ(both->udp->local_endpoint().port(), port + 2);
}

TEST_F(LocalPortsTest, NearTheLastPortThereIsNone) {
  const auto holder = bind(65535, kTcp);
  if (!holder) GTEST_SKIP() << "somebody else holds port 65535";
  EXPECT_FALSE(near(65535, kTcp));
  EXPECT_EQ(error_, asio::error::address_in_use);
}

// The kernel chooses a port that is free for tcp; for udp it may be in use.
TEST_F(LocalPortsTest, AfterZeroZeroIsTriedAgain) {
  EXPECT_EQ(next_port(0, false), 0);
  EXPECT_EQ(next_port(0, true), 0);
}

TEST_F(LocalPortsTest, AfterAPortTheNextIsTried) {
  EXPECT_EQ(next_port(80, false), 81);
  EXPECT_EQ(next_port(80, true), 8080);
  EXPECT_EQ(next_port(8080, true), 8081);
  EXPECT_EQ(next_port(65535, false), std::nullopt);
}

TEST_F(LocalPortsTest, NearZeroIsAny) {
  const auto first = near(0, kBoth);
  const auto second = near(0, kBoth);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->port, second->port);
}

// -- services of several ports -----------------------------------------------------------

TEST_F(LocalPortsTest, ABlockMovesAsAWholeWhenOneOfItsPortsIsTaken) {
  const uint16_t port = free_port();
  const auto holder = bind(static_cast<uint16_t>(port + 1), kUdp);
  ASSERT_TRUE(holder);
  const PortBlock block{{{0, kTcp}, {1, kUdp}}, {port}};
  const auto bound = bind_block(loop_, kLoopback, block, error_);
  ASSERT_TRUE(bound) << error_.message();
  EXPECT_GT(bound->front().port, port);
  EXPECT_EQ(bound->back().port, bound->front().port + 1);
}

TEST_F(LocalPortsTest, ABlockThatDoesNotSearchIsWhereItWasAskedForOrNowhere) {
  const uint16_t port = free_port();
  PortBlock block{{{0, kTcp}, {1, kUdp}}, {port}, /*searches=*/false};
  EXPECT_TRUE(bind_block(loop_, kLoopback, block, error_));
  const auto holder = bind(static_cast<uint16_t>(port + 1), kUdp);
  ASSERT_TRUE(holder);
  EXPECT_FALSE(bind_block(loop_, kLoopback, block, error_));
  EXPECT_EQ(error_, asio::error::address_in_use);
  block.ports = {{0, kTcp}, {-70000, kTcp}};
  EXPECT_FALSE(bind_block(loop_, kLoopback, block, error_));
}

TEST_F(LocalPortsTest, ABlockStaysWithinItsLimits) {
  const uint16_t port = free_port();
  PortBlock block{{{0, kTcp}, {-1, kTcp}}, {port}};
  block.lowest = port;
  const auto above = bind_block(loop_, kLoopback, block, error_);
  ASSERT_TRUE(above);
  EXPECT_GE(above->back().port, port);
  block = {{{0, kTcp}}, {80}};
  block.lowest = 1024;
  EXPECT_GE(bind_block(loop_, kLoopback, block, error_)->front().port, 8080);
  block = {{{0, kTcp}}, {port}};
  block.taken = {port};
  EXPECT_GT(bind_block(loop_, kLoopback, block, error_)->front().port, port);
}

// The address would be refused at the first port that is bound.
TEST_F(LocalPortsTest, NothingIsBoundForABlockThatCanBeNowhere) {
  const auto elsewhere = asio::ip::make_address("192.0.2.1");
  const PortBlock twice{{{0, kTcp}, {7, kBoth}, {7, kUdp}}, {21000}};
  EXPECT_FALSE(bind_block(loop_, elsewhere, twice, error_));
  EXPECT_EQ(error_, asio::error::address_in_use);
  PortBlock too_wide{{{0, kTcp}, {600, kTcp}}, {65000}};
  too_wide.lowest = 65000;
  EXPECT_FALSE(bind_block(loop_, elsewhere, too_wide, error_));
  EXPECT_EQ(error_, asio::error::address_in_use);
}

TEST_F(LocalPortsTest, OnePortOfABlockMayHaveATransportAndAnotherTheOtherOne) {
  const PortBlock block{{{0, kTcp}, {0, kUdp}}, {free_port()}};
  EXPECT_TRUE(bind_block(loop_, kLoopback, block, error_)) << error_.message();
}

TEST_F(LocalPortsTest, AnyPortIsNoneThatIsTaken) {
  PortBlock block{{{0, kTcp}}, {0}};
  for (int port = 1024; port <= 65535; ++port) block.taken.insert(static_cast<uint16_t>(port));
  EXPECT_FALSE(bind_block(loop_, kLoopback, block, error_));
}

}  // namespace
}  // namespace ngcshare
