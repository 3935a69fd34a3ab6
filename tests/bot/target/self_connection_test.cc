// Connections that reach themselves, on loopback.
#include "bot/target/self_connection.h"

#include <gtest/gtest.h>

#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <fstream>
#include <optional>

#include "bot/target/tcp_dial.h"
#include "bot/target/udp_leg.h"
#include "tests/support/loop_rig.h"

namespace ngcshare {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

const asio::ip::address kLoopback = asio::ip::address_v4::loopback();

template <typename Protocol>
typename Protocol::socket bound(asio::io_context& loop) {
  return typename Protocol::socket(loop, {kLoopback, 0});
}

TEST(ReachesItself, OfASocketThatIsConnectedToItsOwnPort) {
  asio::io_context loop;
  auto stream = bound<tcp>(loop);
  stream.connect(stream.local_endpoint());
  EXPECT_TRUE(reaches_itself(stream));
  auto datagrams = bound<udp>(loop);
  datagrams.connect(datagrams.local_endpoint());
  EXPECT_TRUE(reaches_itself(datagrams));
}

TEST(ReachesItself, NotOfOneThatReachesAnotherSocketOrNone) {
  asio::io_context loop;
  tcp::acceptor service(loop, {kLoopback, 0});
  tcp::socket stream(loop);
  EXPECT_FALSE(reaches_itself(stream));
  stream.connect(service.local_endpoint());
  EXPECT_FALSE(reaches_itself(stream));
}

// The system's range of local ports, in which a service may have its own.
struct PortRange {
  uint16_t first = 32768;
  uint16_t last = 60999;
};
PortRange local_ports() {
  PortRange range;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> range.first >> range.last;
  return range;
}

// Returns a port at which nobody listens, one of those that connect() takes first.
uint16_t dead_port(asio::io_context& loop) {
  const PortRange range = local_ports();
  for (uint32_t port = range.first; port <= range.last; port += 2) {
    asio::error_code taken;
    tcp::socket socket(loop, tcp::v4());
    socket.bind({kLoopback, static_cast<uint16_t>(port)}, taken);
    if (!taken) return static_cast<uint16_t>(port);
  }
  return 0;
}

// The system takes the ports in turn, so that one of these tries is at the dead one.
TEST(TcpDialToADeadPort, NeverReachesItself) {
  test::LoopRig rig;
  const tcp::endpoint dead(kLoopback, dead_port(rig.loop));
  const PortRange range = local_ports();
  for (int tries = range.last - range.first; tries > 0; --tries) {
    std::optional<Attempt> result;
    const auto dial =
        TcpDial::start(rig.loop, {dead}, std::chrono::seconds(10),
                       [&](Attempt attempt, const asio::error_code& error, const tcp::socket&) {
                         result = attempt;
                         EXPECT_EQ(error, asio::error::connection_refused);
                       });
    ASSERT_TRUE(rig.run_until([&] { return result.has_value(); }));
    ASSERT_EQ(result, Attempt::kFailed) << tries << " tries before the last";
  }
}

// The system takes ports at random: seven of eight runs would come to the dead one.
TEST(UdpLegToADeadPort, NeverReachesItself) {
  constexpr int kTries = 60'000;
  test::LoopRig rig;
  const uint16_t port = dead_port(rig.loop);
  for (int i = 0; i < kTries; ++i) {
    asio::error_code error;
    const auto leg = UdpLeg::create(rig.loop, TargetPolicy(), {"127.0.0.1", port},
                                    {{kLoopback, port}}, nullptr, DialMark(1), nullptr, error);
    if (leg == nullptr) {
      EXPECT_EQ(error, asio::error::connection_refused);
      return;
    }
    asio::error_code taken;
    udp::socket service(rig.loop, udp::v4());
    service.bind({kLoopback, port}, taken);
    ASSERT_FALSE(taken) << "flow " << i << " keeps the port from the service";
  }
}

}  // namespace
}  // namespace ngcshare
