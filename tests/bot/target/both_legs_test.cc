// The gateway's end of a mapping that carries tcp and udp.
#include "bot/target/both_legs.h"

#include <gtest/gtest.h>

#include "tests/support/udp_rig.h"

namespace ngcshare {
namespace {

class BothLegsTest : public testing::Test {
 protected:
  BothLegsTest() {
    const uint16_t port = pair_.ours.remote_endpoint().port();
    service_.socket = test::UdpSocket(rig_.loop, {asio::ip::address_v4::loopback(), port});
    service_.socket.non_blocking(true);
    BothLegs::carry(rig_.loop, policy_, {"127.0.0.1", port}, std::move(pair_.ours), *mapping_,
                    nullptr, [this] { ++ends_; });
  }
  ~BothLegsTest() override {
    mapping_->closed_by_peer(KillReason::kShutdown, steady_now());
    rig_.run_ready();
  }
  // Sends a datagram through the udp leg, so that the service knows its address.
  void introduce_udp() {
    const std::vector<uint8_t> hello = {1};
    mapping_->receive(Datagram{mapping_->id(), hello}, steady_now());
    ASSERT_TRUE(rig_.run_until([this] { return service_.receive(); }));
  }

  test::LoopRig rig_;
  TargetPolicy policy_;
  test::RecordingHost host_{rig_.loop};
  std::shared_ptr<Mapping> mapping_ = test::decided_mapping(host_, {true, true}, 0);
  test::SocketPair pair_{rig_.loop};  // the service's tcp end is pair_.program
  test::UdpProgram service_{rig_.loop};
  int ends_ = 0;
};

// The tcp leg drains after a clean end, and so outlives the rest.
TEST_F(BothLegsTest, ACleanEndOfThePeerIsFollowedByTheEndOfTheService) {
  introduce_udp();
  mapping_->closed_by_peer(KillReason::kClosed, steady_now());
  rig_.run_ready();
  EXPECT_EQ(ends_, 0);
  service_.send({2}, service_.from);
  rig_.run_ready();
  pair_.program.close();
  ASSERT_TRUE(rig_.run_until([this] { return ends_ == 1; }));
  rig_.run_ready();
  EXPECT_TRUE(host_.datagrams.empty());
}

TEST_F(BothLegsTest, TheServiceEndsFirstWhileBytesWaitAndDatagramsCome) {
  introduce_udp();
  const auto bytes = test::pattern(100'000);
  host_.room = 0;
  pair_.program.write_some(asio::buffer(bytes));
  rig_.run_ready();
  pair_.program.set_option(asio::socket_base::linger(true, 0));
  pair_.program.close();
  service_.send({2}, service_.from);
  host_.room = test::RecordingHost::kUnlimited;
  mapping_->room_again(steady_now());
  service_.send({3}, service_.from);
  ASSERT_TRUE(rig_.run_until([this] { return ends_ == 1; }));
  EXPECT_EQ(host_.ended.size(), 1U);
  rig_.run_ready();
}

}  // namespace
}  // namespace ngcshare
