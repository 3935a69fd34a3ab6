#include "bot/target/connection.h"

#include <gtest/gtest.h>

#include <asio/write.hpp>
#include <utility>
#include <vector>

#include "tests/support/mapping_rig.h"
#include "tests/support/no_descriptors.h"

namespace ngcshare {
namespace {

const TransportSet kTcp{true, false};
const TransportSet kUdp{false, true};

class TargetConnectionTest : public testing::Test {
 protected:
  void open(const std::string& host, uint16_t port, TransportSet transports = kTcp) {
    mapping_ = test::decided_mapping(host_, transports);
    TargetConnection::open(
        rig_.loop, policy_, {host, port}, *mapping_, nullptr, [this] { ++ends_; },
        [this](Attempt attempt) { attempts_.push_back(attempt); }, {.ports = ports_});
  }
  // Runs until the mapping has been given up; returns the reason.
  std::optional<KillReason> failure() {
    rig_.run_until([&] { return !host_.told.empty() && ends_ == 1; });
    return host_.told.empty() ? std::nullopt : std::optional(host_.told.front());
  }
  ~TargetConnectionTest() override {
    if (mapping_) mapping_->closed_by_peer(KillReason::kShutdown, steady_now());
    rig_.run_ready();
  }

  test::LoopRig rig_;
  test::RecordingHost host_{rig_.loop};
  TargetPolicy policy_;
  std::shared_ptr<Mapping> mapping_;
  asio::ip::tcp::acceptor service_{rig_.loop, {asio::ip::address_v4::loopback(), 0}};
  std::shared_ptr<TargetPorts> ports_;  // nullptr: no limit
  int ends_ = 0;
  std::vector<Attempt> attempts_;
};

TEST_F(TargetConnectionTest, AcknowledgesAndCarriesBytesWhenTheServiceIsThere) {
  for (const char* host : {"127.0.0.1", "localhost"}) {
    open(host, service_.local_endpoint().port());
    EXPECT_EQ(mapping_->state(), Mapping::State::kDeciding) << host;
    ASSERT_TRUE(rig_.run_until([&] { return mapping_->state() == Mapping::State::kOpen; }));
    asio::ip::tcp::socket accepted = service_.accept();
    asio::write(accepted, asio::buffer("hello", 5));
    EXPECT_TRUE(rig_.run_until([&] { return host_.stream.size() == 5; })) << host;
    host_.stream.clear();
    EXPECT_EQ(ends_, 0);
    mapping_->closed_by_peer(KillReason::kReset, steady_now());
    rig_.run_ready();
    EXPECT_EQ(std::exchange(ends_, 0), 1);
  }
}

TEST_F(TargetConnectionTest, FindsAServiceThatListensOnOneLoopbackAddress) {
  service_ = asio::ip::tcp::acceptor(rig_.loop, {asio::ip::address_v6::loopback(), 0});
  for (const char* host : {"127.0.0.1", "localhost", "LocalHost", "::1"}) {
    open(host, service_.local_endpoint().port());
    EXPECT_TRUE(rig_.run_until([&] { return mapping_->state() == Mapping::State::kOpen; })) << host;
    mapping_->closed_by_peer(KillReason::kReset, steady_now());
    rig_.run_ready();
    EXPECT_EQ(std::exchange(ends_, 0), 1) << host;
  }
}

TEST_F(TargetConnectionTest, SaysThatTheServiceRefused) {
  const uint16_t port = service_.local_endpoint().port();
  service_.close();
  open("127.0.0.1", port);
  EXPECT_EQ(failure(), KillReason::kTargetRefused);
  EXPECT_EQ(host_.ack_accs, 0);
}

class ConnectionsThatWaitForAPort : public TargetConnectionTest {
 protected:
  ConnectionsThatWaitForAPort() {
    ProgramClock::stopped_at = std::chrono::seconds(1000);
    ports_ = std::make_shared<TargetPorts>(
        rig_.loop, TargetPorts::Limits{.per_person = 1, .in_all = 1, .loopback_wait = kKept});
    open("127.0.0.1", endpoint_.port());
    EXPECT_EQ(ports_->taken({asio::ip::address_v6::loopback(), endpoint_.port()}), 1U);
    EXPECT_TRUE(rig_.run_until([&] { return mapping_->state() == Mapping::State::kOpen; }));
    EXPECT_EQ(ports_->taken({asio::ip::address_v6::loopback(), endpoint_.port()}), 0U);
    first_ = std::move(mapping_);
    target_ = service_.accept();
    open("127.0.0.1", endpoint_.port());
    rig_.run_ready();
    EXPECT_EQ(mapping_->state(), Mapping::State::kDeciding);
  }
  ~ConnectionsThatWaitForAPort() override {
    first_->closed_by_peer(KillReason::kShutdown, steady_now());
    rig_.run_ready();
    ProgramClock::stopped_at.reset();
  }
  static void pass(Duration time) { *ProgramClock::stopped_at += time; }

  static constexpr std::chrono::seconds kKept{1};
  const asio::ip::tcp::endpoint endpoint_ = service_.local_endpoint();
  std::shared_ptr<Mapping> first_;
  asio::ip::tcp::socket target_{rig_.loop};
};

TEST_F(ConnectionsThatWaitForAPort, GetItWhenTheTargetHasEndedAnotherOne) {
  target_.close();
  EXPECT_TRUE(rig_.run_until([&] { return host_.stream_ends == 1; }));
  first_->closed_by_peer(KillReason::kClosed, steady_now());
  rig_.run_ready();
  EXPECT_EQ(ports_->taken(endpoint_), 0U) << "the kernel keeps it on the target's side";
  pass(TargetPorts::kTurnInterval);
  EXPECT_TRUE(rig_.run_until([&] { return mapping_->state() == Mapping::State::kOpen; }));
}

TEST_F(ConnectionsThatWaitForAPort, GetItWhenTheKernelGivesItBack) {
  first_->closed_by_peer(KillReason::kClosed, steady_now());
  rig_.run_ready();
  target_.close();
  EXPECT_TRUE(rig_.run_until([&] { return ends_ == 1; }));
  EXPECT_EQ(ports_->taken(endpoint_), 1U);
  pass(kKept);
  EXPECT_TRUE(rig_.run_until([&] { return mapping_->state() == Mapping::State::kOpen; }));
  EXPECT_EQ(ports_->taken(endpoint_), 1U);
}

TEST_F(ConnectionsThatWaitForAPort, AreRefusedWhenItTakesLongAndNobodyBlamesTheService) {
  attempts_.clear();
  pass(TargetConnection::kPortWait);
  EXPECT_TRUE(rig_.run_until([&] { return ends_ == 1; }));
  EXPECT_EQ(host_.told, std::vector{KillReason::kLimit});
  EXPECT_EQ(attempts_, std::vector{Attempt::kHeldBack});
}

TEST_F(ConnectionsThatWaitForAPort, NeedNoneOnceThePeerHasGivenUp) {
  mapping_->closed_by_peer(KillReason::kClosed, steady_now());
  EXPECT_TRUE(rig_.run_until([&] { return ends_ == 1; }));
  first_->closed_by_peer(KillReason::kReset, steady_now());
  rig_.run_ready();
  EXPECT_EQ(ports_->taken(endpoint_), 0U) << "a reset leaves nothing behind";
  EXPECT_NE(ports_->take({}, {endpoint_}), nullptr);
}

// The kernel connects at once, and the end of such a connection would leave a port in TIME_WAIT.
TEST_F(TargetConnectionTest, ResetsAConnectionThatThePeerDoesNotWaitFor) {
  open("127.0.0.1", service_.local_endpoint().port());
  asio::ip::tcp::socket target = service_.accept();
  mapping_->closed_by_peer(KillReason::kClosed, steady_now());
  rig_.run_ready();
  asio::error_code error;
  char byte = 0;
  target.read_some(asio::buffer(&byte, 1), error);
  EXPECT_EQ(error, asio::error::connection_reset);
}

struct ForbiddenCase {
  const char* name;
  const char* host;
};

TEST_F(TargetConnectionTest, NeverConnectsToWhatIsNotAllowed) {
  const ForbiddenCase cases[] = {{"any, which reaches this machine", "0.0.0.0"},
                                 {"IPv6 any", "::"},
                                 {"metadata service", "169.254.169.254"},
                                 {"private address", "10.0.0.7"},
                                 {"mapped private address", "::ffff:10.0.0.7"}};
  for (const ForbiddenCase& row : cases) {
    for (const TransportSet transports : {kTcp, kUdp}) {
      open(row.host, service_.local_endpoint().port(), transports);
      EXPECT_EQ(failure(), KillReason::kTargetUnreachable) << row.name;
      EXPECT_EQ(host_.ack_accs, 0) << row.name;
      host_.told.clear();
      ends_ = 0;
    }
  }
}

TEST_F(TargetConnectionTest, SaysThatItHadNoDescriptorItselfAndDoesNotBlameTheService) {
  if (test::kSanitized) GTEST_SKIP();
  for (const TransportSet transports : {kTcp, kUdp}) {
    {
      const test::NoMoreDescriptors none;
      open("127.0.0.1", service_.local_endpoint().port(), transports);
      EXPECT_EQ(failure(), KillReason::kLimit);
    }
    EXPECT_EQ(attempts_, std::vector{Attempt::kNotMade});
    EXPECT_EQ(ends_, 1);
    attempts_.clear();
    host_.told.clear();
    ends_ = 0;
  }
}

TEST_F(TargetConnectionTest, GivesUpWhenTheMemberDoes) {
  open("127.0.0.1", service_.local_endpoint().port());
  mapping_->closed_by_peer(KillReason::kClosed, steady_now());
  ASSERT_TRUE(rig_.run_until([&] { return ends_ == 1; }));
  EXPECT_EQ(host_.ack_accs, 0);
}

TEST_F(TargetConnectionTest, AcknowledgesUdpAtOnce) {
  open("127.0.0.1", service_.local_endpoint().port(), kUdp);
  EXPECT_EQ(mapping_->state(), Mapping::State::kOpen);
  EXPECT_EQ(host_.ack_accs, 1);
  EXPECT_EQ(ends_, 0);
}

}  // namespace
}  // namespace ngcshare
