// A service's byte rates on datagrams.
#include <gtest/gtest.h>

#include "bot/target/udp_leg.h"
#include "bot/tunnel/service_rates.h"
#include "tests/support/mapping_rig.h"

namespace ngcshare {
namespace {

TEST(UdpLegRates, DropsAndCountsDatagramsOverTheRateInBothDirections) {
  test::LoopRig rig;
  const auto service = ServiceRates::create(rig.loop);
  service->set({ByteBudget::kLeastRate, std::nullopt});
  asio::ip::udp::socket program(rig.loop, {asio::ip::address_v4::loopback(), 0});
  program.non_blocking(true);
  test::RecordingHost host(rig.loop);
  const auto mapping = test::decided_mapping(host, {false, true});
  asio::error_code error;
  const auto where = program.local_endpoint();
  const TargetPolicy policy;
  const auto target = UdpLeg::create(
      rig.loop, policy, {"127.0.0.1", where.port()}, {{where.address(), where.port()}},
      service->connect({storage::Key32{1}, storage::Key32{2}}), DialMark(1), nullptr, error);
  target->attach(*mapping);
  mapping->acknowledge();
  target->start(/*ends_when_idle=*/false);
  const auto datagram = test::pattern(1000);
  constexpr size_t kSent = 50;  // fit into a socket's buffer

  for (size_t i = 0; i < kSent; ++i) {
    mapping->receive(Datagram{mapping->id(), datagram}, steady_now());
  }
  EXPECT_EQ(service->passed(Direction::kIn) + target->dropped() * datagram.size(),
            kSent * datagram.size());
  EXPECT_GE(service->passed(Direction::kIn), datagram.size());
  EXPECT_GT(target->dropped(), 0U);

  const uint64_t dropped_in = target->dropped();
  std::vector<uint8_t> buffer(2000);
  asio::ip::udp::endpoint from;
  program.receive_from(asio::buffer(buffer), from);
  for (size_t i = 0; i < kSent; ++i) program.send_to(asio::buffer(datagram), from);
  ASSERT_TRUE(rig.run_until(
      [&] { return host.datagrams.size() + target->dropped() - dropped_in == kSent; }));
  EXPECT_EQ(service->passed(Direction::kOut), host.datagrams.size() * datagram.size());
  EXPECT_GE(host.datagrams.size(), 1U);
  EXPECT_LT(host.datagrams.size(), kSent);
  target->abort(KillReason::kShutdown);
  rig.run_ready();
  EXPECT_EQ(service->peer_count(), 0U);
}

}  // namespace
}  // namespace ngcshare
