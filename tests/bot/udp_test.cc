// Tests both ends of udp mappings: the member's listener and the gateway's target.
#include <gtest/gtest.h>

#include <map>

#include "bot/udp_listener.h"
#include "bot/udp_target.h"
#include "tests/bot/mapping_rig.h"

namespace ngcshare {
namespace {

using Socket = asio::ip::udp::socket;
using Datagrams = std::vector<std::vector<uint8_t>>;

const TransportSet kUdp{false, true};

// A local program's socket.
struct Program {
  explicit Program(asio::io_context& loop) : socket(loop, {asio::ip::address_v4::loopback(), 0}) {
    socket.non_blocking(true);
  }
  void send(const std::vector<uint8_t>& bytes, const Socket::endpoint_type& where) {
    socket.send_to(asio::buffer(bytes), where);
  }
  // Receives and keeps a datagram; returns false if there is none.
  bool receive() {
    std::vector<uint8_t> buffer(70000);
    asio::error_code error;
    const size_t size = socket.receive_from(asio::buffer(buffer), from, 0, error);
    if (error) return false;
    buffer.resize(size);
    received.push_back(std::move(buffer));
    return true;
  }

  Socket socket;
  Socket::endpoint_type from;
  Datagrams received;
};

// -- the gateway's end ---------------------------------------------------------------------------

class UdpTargetTest : public testing::Test {
 protected:
  void connect(std::shared_ptr<ServiceRates::Connection> rates = nullptr) {
    const auto target = UdpTarget::create(rig_.loop, service_.socket.local_endpoint(),
                                          std::move(rates), [this] { ++ends_; });
    ASSERT_NE(target, nullptr);
    target->attach(*mapping_);
    mapping_->acknowledge();
    target->start(/*ends_when_idle=*/true);
    target_ = target;
  }
  ~UdpTargetTest() override {
    if (const auto target = target_.lock()) target->abort(KillReason::kShutdown);
    rig_.run_ready();
  }
  void receive(const std::vector<uint8_t>& bytes) {
    mapping_->receive(Datagram{mapping_->id(), bytes}, steady_now());
  }

  test::LoopRig rig_;
  test::RecordingHost host_;
  std::unique_ptr<Mapping> mapping_ = test::decided_mapping(host_, kUdp);
  Program service_{rig_.loop};
  std::weak_ptr<UdpTarget> target_;
  int ends_ = 0;
};

TEST_F(UdpTargetTest, CarriesDatagramsBothWays) {
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

TEST_F(UdpTargetTest, DropsWhatIsLargerThanAPacketAndGoesOn) {
  connect();
  receive({1});
  ASSERT_TRUE(rig_.run_until([&] { return service_.receive(); }));
  service_.send(test::pattern(kMaxDatagramBytes + 1), service_.from);
  service_.send(test::pattern(60000), service_.from);
  service_.send({7}, service_.from);
  ASSERT_TRUE(rig_.run_until([&] { return !host_.datagrams.empty(); }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{7}}));
  EXPECT_EQ(target_.lock()->dropped(), 2U);
}

TEST_F(UdpTargetTest, HearsOnlyTheService) {
  connect();
  receive({1});
  ASSERT_TRUE(rig_.run_until([&] { return service_.receive(); }));
  Program stranger(rig_.loop);
  stranger.send({6, 6, 6}, service_.from);
  service_.send({7}, service_.from);
  ASSERT_TRUE(rig_.run_until([&] { return !host_.datagrams.empty(); }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{7}}));
}

TEST_F(UdpTargetTest, OutlivesAServiceThatIsDown) {
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
  Program again(rig_.loop);
  again.socket = Socket(rig_.loop, where);
  again.send({8}, from);
  ASSERT_TRUE(rig_.run_until([&] { return !host_.datagrams.empty(); }));
  EXPECT_EQ(host_.datagrams, (Datagrams{{8}}));
}

TEST_F(UdpTargetTest, EndsOnceWithItsMapping) {
  connect();
  mapping_->closed_by_peer(KillReason::kWithdrawn, steady_now());
  EXPECT_EQ(ends_, 1);
  EXPECT_TRUE(rig_.run_until([&] { return target_.expired(); }));
  EXPECT_EQ(ends_, 1);
}

TEST_F(UdpTargetTest, AbortTellsThePeer) {
  connect();
  target_.lock()->abort(KillReason::kShutdown);
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kShutdown});
  EXPECT_TRUE(rig_.run_until([&] { return target_.expired(); }));
  EXPECT_EQ(ends_, 1);
}

// -- the member's end ----------------------------------------------------------------------------

class UdpListenerTest : public testing::Test {
 protected:
  UdpListenerTest() {
    Socket socket(rig_.loop, {asio::ip::address_v4::loopback(), 0});
    where_ = socket.local_endpoint();
    listener_ = std::make_unique<UdpListener>(std::move(socket),
                                              [this](MappingSink& sink) { return open(sink); });
  }
  ~UdpListenerTest() override {
    listener_.reset();
    rig_.run_ready();
  }
  Mapping* open(MappingSink& sink) {
    if (refuse_) return nullptr;
    mappings_.push_back(
        std::make_unique<Mapping>(host_, test::identity(Mapping::Role::kAcceptor, kUdp)));
    mappings_.back()->set_sink(&sink);
    return mappings_.back().get();
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
  test::RecordingHost host_;
  std::vector<std::unique_ptr<Mapping>> mappings_;
  bool refuse_ = false;
  Socket::endpoint_type where_;
  std::unique_ptr<UdpListener> listener_;
  Program client_{rig_.loop};
};

TEST_F(UdpListenerTest, HasAMappingForEachSource) {
  Program other(rig_.loop);
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
  client_.send({2}, where_);
  ASSERT_TRUE(run_until_mappings(2));
  establish(*mappings_[1]);
  EXPECT_EQ(host_.datagrams, (Datagrams{{2}}));
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
