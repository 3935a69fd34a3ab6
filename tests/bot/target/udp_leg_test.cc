// The gateway's end of UDP mappings.
#include "bot/target/udp_leg.h"

#include <gtest/gtest.h>

#include <atomic>

#include "bot/lookup/name_service.h"
#include "tests/support/udp_rig.h"

namespace ngcshare {
namespace {

using test::Datagrams;
using test::kUdp;
using test::UdpProgram;
using test::UdpSocket;

class UdpLegTest : public testing::Test {
 protected:
  static constexpr uint32_t kOffer = 0x31323334;

  // Connects to `service_`; `host` is where it is looked for later.
  void connect(const std::string& host = "127.0.0.1") {
    const auto where = service_.socket.local_endpoint();
    asio::error_code error;
    const auto leg = UdpLeg::create(
        rig_.loop, policy_, {host, where.port()}, {{where.address(), where.port()}}, nullptr,
        DialMark(kOffer), [this] { ++ends_; }, error);
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

  // Makes the name mc resolve to `address`, whenever it is looked up.
  void resolve_to(const char* address) {
    name_->address = asio::ip::make_address(address);
    name_->lookups = 0;
  }

  struct Name {
    std::atomic<int> lookups = 0;
    asio::ip::address address = asio::ip::address_v4::loopback();  // not changed during a lookup
  };
  std::shared_ptr<Name> name_ = std::make_shared<Name>();
  test::LoopRig rig_;
  NameService& names_ = asio::make_service<NameService>(rig_.loop, [name = name_](auto& /*host*/) {
    ++name->lookups;
    return NameAnswer{{name->address}, ""};
  });
  TargetPolicy policy_;
  test::RecordingHost host_{rig_.loop};
  std::shared_ptr<Mapping> mapping_ = test::decided_mapping(host_, kUdp);
  UdpProgram service_{rig_.loop};
  std::weak_ptr<UdpLeg> leg_;
  int ends_ = 0;
};

// Whoever answers for a name could make each flow try thousands of addresses within the loop.
TEST_F(UdpLegTest, TriesOnlyTheFirstAddresses) {
  const asio::ip::address not_permitted = asio::ip::address_v4::broadcast();
  const auto where = service_.socket.local_endpoint();
  TargetEndpoints endpoints(UdpLeg::kMostAddresses, {not_permitted, where.port()});
  endpoints.emplace_back(where.address(), where.port());
  asio::error_code error;
  const auto create = [&] {
    return UdpLeg::create(rig_.loop, policy_, {"mc", where.port()}, endpoints, nullptr,
                          DialMark(kOffer), nullptr, error);
  };
  EXPECT_EQ(create(), nullptr);
  EXPECT_EQ(error, asio::error::access_denied);
  endpoints.erase(endpoints.begin());
  EXPECT_NE(create(), nullptr);
}

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

// The service may be missing, and a member of the same machine have taken its port.
TEST_F(UdpLegTest, MarksItsDatagrams) {
  ask_for_traces(service_.socket);
  connect();
  receive({1});
  DatagramTrace trace;
  ASSERT_TRUE(rig_.run_until([&] {
    asio::error_code error;
    std::vector<uint8_t> buffer(10);
    UdpSocket::endpoint_type from;
    receive_traced(service_.socket, asio::buffer(buffer), from, trace, error);
    return !error;
  }));
  EXPECT_TRUE(DialMark(kOffer).is_on(trace));
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
  ASSERT_TRUE(policy_.allow("mc=127.0.0.0/8"));
  const auto where = service_.socket.local_endpoint();
  connect("mc");
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

// A container that was made anew has another address.
TEST_F(UdpLegTest, FollowsAServiceThatHasMovedWhenItRefuses) {
  ASSERT_TRUE(policy_.allow("mc=127.0.0.0/8"));
  const uint16_t port = service_.socket.local_endpoint().port();
  connect("mc");
  receive({1});
  ASSERT_TRUE(rig_.run_until([&] { return service_.receive(); }));
  service_.send({2}, service_.from);
  ASSERT_TRUE(rig_.run_until([&] { return host_.datagrams.size() == 1; }));
  service_.socket.close();
  UdpProgram moved(rig_.loop);
  moved.socket = UdpSocket(rig_.loop, {asio::ip::make_address("127.0.0.2"), port});
  moved.socket.non_blocking(true);
  resolve_to("127.0.0.2");
  receive({3});  // "connection refused" comes back
  ASSERT_TRUE(rig_.run_until([&] {
    receive({4});
    return moved.receive();
  }));
  moved.send({5}, moved.from);
  ASSERT_TRUE(rig_.run_until([&] { return host_.datagrams.size() == 2; }));
  EXPECT_EQ(host_.datagrams[1], std::vector<uint8_t>{5});
  EXPECT_EQ(name_->lookups, 1);
}

TEST_F(UdpLegTest, DoesNotFollowToWhereItMayNotGo) {
  ASSERT_TRUE(policy_.allow("mc=127.0.0.1"));
  const uint16_t port = service_.socket.local_endpoint().port();
  connect("mc");
  service_.socket.close();
  UdpProgram forbidden(rig_.loop);
  forbidden.socket = UdpSocket(rig_.loop, {asio::ip::make_address("127.0.0.2"), port});
  forbidden.socket.non_blocking(true);
  resolve_to("127.0.0.2");
  ASSERT_TRUE(rig_.run_until([&] {
    receive({3});
    return name_->lookups == 1;
  }));
  rig_.run_ready();
  receive({4});
  rig_.run_ready();
  EXPECT_FALSE(forbidden.receive());
  EXPECT_EQ(ends_, 0);
}

TEST_F(UdpLegTest, FindsAServiceThatListensOnTheOtherLoopbackAndLosesNothing) {
  const uint16_t port = service_.socket.local_endpoint().port();
  connect();
  service_.socket = UdpSocket(rig_.loop, {asio::ip::address_v6::loopback(), port});
  service_.socket.non_blocking(true);
  receive({1, 2});
  ASSERT_TRUE(rig_.run_until([&] { return service_.receive(); }));
  EXPECT_EQ(service_.received, (Datagrams{{1, 2}}));
  service_.send({3}, service_.from);
  ASSERT_TRUE(rig_.run_until([&] { return host_.datagrams.size() == 1; }));
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
