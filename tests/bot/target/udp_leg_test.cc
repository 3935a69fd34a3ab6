// The gateway's end of UDP mappings.
#include "bot/target/udp_leg.h"

#include <gtest/gtest.h>

#include "tests/support/udp_rig.h"

namespace ngcshare {
namespace {

using test::Datagrams;
using test::kUdp;
using test::UdpProgram;
using test::UdpSocket;

class UdpLegTest : public testing::Test {
 protected:
  void connect(std::shared_ptr<ServiceRates::ConnectionRates> rates = nullptr) {
    asio::error_code error;
    const auto leg = UdpLeg::create(
        rig_.loop, service_.socket.local_endpoint(), std::move(rates), [this] { ++ends_; }, error);
    ASSERT_NE(leg, nullptr) << error.message();
    leg->attach(*mapping_);
    mapping_->acknowledge();
    leg->start(/*ends_when_idle=*/true);
    leg_ = leg;
  }
  ~UdpLegTest() override {
    if (const auto leg = leg_.lock()) leg->abort(KillReason::kShutdown);
    rig_.run_ready();
  }
  void receive(const std::vector<uint8_t>& bytes) {
    mapping_->receive(Datagram{mapping_->id(), bytes}, steady_now());
  }

  test::LoopRig rig_;
  test::RecordingHost host_{rig_.loop};
  std::shared_ptr<Mapping> mapping_ = test::decided_mapping(host_, kUdp);
  UdpProgram service_{rig_.loop};
  std::weak_ptr<UdpLeg> leg_;
  int ends_ = 0;
};

TEST_F(UdpLegTest, CarriesDatagramsBothWays) {
  connect();
  receive({1, 2, 3});
  receive({});
  ASSERT_TRUE(rig_.run_until([&] {
    while (service_.receive()) {
    }
    return service_.received.size() == 2;
  }));
  EXPECT_EQ(service_.received, (Datagrams{{1, 2, 3}, {}}));
  service_.send({4, 5}, service_.from);
  service_.send({}, service_.from);
  service_.send(test::pattern(kMaxDatagramBytes), service_.from);
  ASSERT_TRUE(rig_.run_until([&] { return host_.datagrams.size() == 3; }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{4, 5}, {}, test::pattern(kMaxDatagramBytes)}));
}

TEST_F(UdpLegTest, DropsWhatIsLargerThanAPacketAndGoesOn) {
  connect();
  receive({1});
  ASSERT_TRUE(rig_.run_until([&] { return service_.receive(); }));
  service_.send(test::pattern(kMaxDatagramBytes + 1), service_.from);
  service_.send(test::pattern(60000), service_.from);
  service_.send({7}, service_.from);
  ASSERT_TRUE(rig_.run_until([&] { return !host_.datagrams.empty(); }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{7}}));
  EXPECT_EQ(leg_.lock()->dropped(), 2U);
}

TEST_F(UdpLegTest, HearsOnlyTheService) {
  connect();
  receive({1});
  ASSERT_TRUE(rig_.run_until([&] { return service_.receive(); }));
  UdpProgram stranger(rig_.loop);
  stranger.send({6, 6, 6}, service_.from);
  service_.send({7}, service_.from);
  ASSERT_TRUE(rig_.run_until([&] { return !host_.datagrams.empty(); }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{7}}));
}

TEST_F(UdpLegTest, OutlivesAServiceThatIsDown) {
  const auto where = service_.socket.local_endpoint();
  connect();
  receive({1});
  ASSERT_TRUE(rig_.run_until([&] { return service_.receive(); }));
  const auto from = service_.from;
  service_.socket.close();
  for (int i = 0; i < 10; ++i) {
    receive({2});  // "connection refused" comes back
    rig_.run_ready();
  }
  EXPECT_EQ(ends_, 0);
  UdpProgram again(rig_.loop);
  again.socket = UdpSocket(rig_.loop, where);
  again.send({8}, from);
  ASSERT_TRUE(rig_.run_until([&] { return !host_.datagrams.empty(); }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{8}}));
}

TEST_F(UdpLegTest, EndsOnceWithItsMapping) {
  connect();
  mapping_->closed_by_peer(KillReason::kWithdrawn, steady_now());
  EXPECT_EQ(ends_, 0) << "reported by the loop";
  EXPECT_TRUE(rig_.run_until([&] { return leg_.expired(); }));
  EXPECT_EQ(ends_, 1);
}

TEST_F(UdpLegTest, AbortTellsThePeer) {
  connect();
  leg_.lock()->abort(KillReason::kShutdown);
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kShutdown});
  EXPECT_TRUE(rig_.run_until([&] { return leg_.expired(); }));
  EXPECT_EQ(ends_, 1);
}

}  // namespace
}  // namespace ngcshare
