// The member's end of UDP mappings.
#include "bot/member/udp_listener.h"

#include <gtest/gtest.h>

#include "tests/support/udp_rig.h"

namespace ngcshare {
namespace {

using test::Datagrams;
using test::kUdp;
using test::UdpProgram;
using test::UdpSocket;

class UdpListenerTest : public testing::Test {
 protected:
  static constexpr size_t kMostFlows = 8;

  UdpListenerTest() {
    UdpSocket socket(rig_.loop, {asio::ip::address_v4::loopback(), 0});
    where_ = socket.local_endpoint();
    listener_ = std::make_unique<UdpListener>(
        std::move(socket), [this](MappingSink& sink) { return open(sink); },
        [this](const DatagramTrace&) { return refuse_sources_; }, kMostFlows);
  }
  ~UdpListenerTest() override {
    listener_.reset();
    rig_.run_ready();
  }
  std::shared_ptr<Mapping> open(MappingSink& sink) {
    if (refuse_) return nullptr;
    mappings_.push_back(
        std::make_shared<Mapping>(host_, test::identity(Mapping::Role::kAcceptor, kUdp)));
    mappings_.back()->set_sink(&sink);
    return mappings_.back();
  }
  void establish(Mapping& mapping) {
    AckAcc ack;
    ack.extension.emplace();
    mapping.receive(ack, steady_now());
  }
  bool run_until_mappings(size_t count) {
    return rig_.run_until([&] { return mappings_.size() == count; });
  }

  test::LoopRig rig_;
  test::RecordingHost host_{rig_.loop};
  std::vector<std::shared_ptr<Mapping>> mappings_;
  bool refuse_ = false;
  bool refuse_sources_ = false;
  UdpSocket::endpoint_type where_;
  std::unique_ptr<UdpListener> listener_;
  UdpProgram client_{rig_.loop};
};

TEST_F(UdpListenerTest, HasAMappingForEachSource) {
  UdpProgram other(rig_.loop);
  client_.send({1}, where_);
  other.send({2}, where_);
  client_.send({3}, where_);
  ASSERT_TRUE(run_until_mappings(2));
  establish(*mappings_[0]);
  establish(*mappings_[1]);
  ASSERT_TRUE(rig_.run_until([&] { return host_.datagrams.size() == 3; }));
  const std::vector<uint8_t> answer = {9};
  mappings_[1]->receive(Datagram{mappings_[1]->id(), answer}, steady_now());
  ASSERT_TRUE(rig_.run_until([&] { return other.receive(); }));
  EXPECT_EQ(other.received, (Datagrams{{9}}));
  EXPECT_EQ(other.from, where_);
  EXPECT_FALSE(client_.receive());
}

TEST_F(UdpListenerTest, KeepsTheFirstDatagramsUntilTheMappingIsOpen) {
  for (uint8_t i = 0; i < 20; ++i) client_.send({i}, where_);
  ASSERT_TRUE(rig_.run_until([&] { return listener_->dropped() == 4; }));
  EXPECT_TRUE(host_.datagrams.empty());
  establish(*mappings_.at(0));
  ASSERT_EQ(host_.datagrams.size(), 16U);
  for (uint8_t i = 0; i < 16; ++i) EXPECT_EQ(host_.datagrams[i], std::vector<uint8_t>{i});
}

TEST_F(UdpListenerTest, CountsWhatIsLargerThanAPacket) {
  client_.send({1}, where_);
  ASSERT_TRUE(run_until_mappings(1));
  establish(*mappings_[0]);
  client_.send(test::pattern(kMaxDatagramBytes + 1), where_);
  client_.send(test::pattern(kMaxDatagramBytes), where_);
  ASSERT_TRUE(rig_.run_until([&] { return host_.datagrams.size() == 2; }));
  EXPECT_EQ(host_.datagrams[1].size(), kMaxDatagramBytes);
  EXPECT_EQ(listener_->dropped(), 1U);
}

TEST_F(UdpListenerTest, OpensNothingForASourceThatIsRefused) {
  client_.send({1}, where_);
  ASSERT_TRUE(run_until_mappings(1));
  refuse_sources_ = true;
  UdpProgram other(rig_.loop);
  other.send({2}, where_);
  ASSERT_TRUE(rig_.run_until([&] { return listener_->dropped() == 1; }));
  EXPECT_EQ(mappings_.size(), 1U);
  client_.send({3}, where_);
  establish(*mappings_[0]);
  EXPECT_TRUE(rig_.run_until([&] { return host_.datagrams.size() == 2; })) << "known before";
}

TEST_F(UdpListenerTest, CountsWhatFindsNoRoomOrNoMapping) {
  refuse_ = true;
  client_.send({1}, where_);
  ASSERT_TRUE(rig_.run_until([&] { return listener_->dropped() == 1; }));
  refuse_ = false;
  client_.send({2}, where_);
  ASSERT_TRUE(run_until_mappings(1));
  establish(*mappings_[0]);
  host_.room = 0;
  client_.send({3}, where_);
  ASSERT_TRUE(rig_.run_until([&] { return listener_->dropped() == 2; }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{2}}));
}

TEST_F(UdpListenerTest, OpensAnotherMappingAfterOneHasEnded) {
  client_.send({1}, where_);
  ASSERT_TRUE(run_until_mappings(1));
  mappings_[0]->closed_by_peer(KillReason::kIdle, steady_now());
  rig_.run_ready();
  client_.send({2}, where_);
  ASSERT_TRUE(run_until_mappings(2));
  establish(*mappings_[1]);
  EXPECT_EQ(host_.datagrams, (Datagrams{{2}}));
}

// A resolver asks from ever new ports.
TEST_F(UdpListenerTest, EndsTheFlowThatHasBeenIdleLongestWhenThereAreTooMany) {
  std::vector<UdpProgram> clients;
  for (size_t i = 0; i < kMostFlows; ++i) {
    clients.emplace_back(rig_.loop).send({1}, where_);
    ASSERT_TRUE(run_until_mappings(i + 1));
  }
  establish(*mappings_[0]);
  const std::vector<uint8_t> answer = {9};
  mappings_[0]->receive(Datagram{mappings_[0]->id(), answer}, steady_now());
  client_.send({2}, where_);
  ASSERT_TRUE(run_until_mappings(kMostFlows + 1));
  EXPECT_EQ(listener_->dropped(), 0U);
  EXPECT_EQ(host_.ended, std::vector<KillReason>{KillReason::kIdle});
  EXPECT_EQ(mappings_[0]->state(), Mapping::State::kOpen) << "was used last";
  EXPECT_EQ(mappings_[1]->state(), Mapping::State::kClosed);
}

TEST_F(UdpListenerTest, EndsItsMappingsWithItself) {
  client_.send({1}, where_);
  ASSERT_TRUE(run_until_mappings(1));
  listener_.reset();
  EXPECT_EQ(host_.told.size(), 1U);
  EXPECT_EQ(mappings_[0]->sink(), nullptr);
  client_.send({2}, where_);
  rig_.run_ready();
  EXPECT_EQ(mappings_.size(), 1U);
}

}  // namespace
}  // namespace ngcshare
