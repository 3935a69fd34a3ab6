// Tests byte rates of a service on real bridges. The rates are either so low that the bytes after
// the first turn do not depend on how long the test takes, or so high that all bytes pass.
#include "bot/tunnel/service_rates.h"

#include <gtest/gtest.h>

#include "bot/tunnel/tcp_bridge.h"
#include "tests/support/mapping_rig.h"

namespace ngcshare {
namespace {

const TransportSet kTcp{true, false};
const storage::Person kAlice{storage::Key32{1}, storage::Key32{2}};
const storage::Person kBob{storage::Key32{1}, storage::Key32{3}};
const Rates kSlow{ByteBudget::kLeastRate, std::nullopt};
const Rates kFast{50'000'000, std::nullopt};

// The most bytes that may pass at kSlow during a test, which lasts a minute at most.
constexpr size_t kLittle = ByteBudget::kLeastGrain + 60 * ByteBudget::kLeastRate;

// One connection: program, bridge and mapping.
struct Leg {
  Leg(test::LoopRig& rig, std::shared_ptr<ServiceRates::ConnectionRates> rates)
      : host(rig.loop), pair(rig.loop), mapping(test::decided_mapping(host, kTcp)) {
    const auto made = TcpBridge::create(
        std::move(pair.ours), std::move(rates), [ends = ends] { ++*ends; },
        TcpBridge::Patience{std::chrono::milliseconds(50), TcpBridge::kPatience.memory});
    made->attach(*mapping);
    mapping->acknowledge();
    made->start();
    bridge = made;
  }
  ~Leg() {
    if (const auto alive = bridge.lock()) alive->abort(KillReason::kShutdown);
  }
  void write(Bytes bytes) {
    asio::error_code error;
    pair.program.write_some(asio::buffer(bytes.data(), bytes.size()), error);
  }
  void receive(Bytes bytes) {
    while (!bytes.empty()) {
      const size_t size = std::min(bytes.size(), kMaxStreamChunkBytes);
      mapping->receive(StreamData{mapping->id(), bytes.first(size)}, steady_now());
      bytes = bytes.subspan(size);
    }
  }
  asio::error_code read_by_program() { return test::read_available(pair.program, read); }

  test::RecordingHost host;
  test::SocketPair pair;
  std::shared_ptr<Mapping> mapping;
  std::weak_ptr<TcpBridge> bridge;
  std::vector<uint8_t> read;
  // Outlives this object, because bridges end in a task of the loop.
  std::shared_ptr<int> ends = std::make_shared<int>(0);
};

class ServiceRatesTest : public testing::Test {
 protected:
  ~ServiceRatesTest() override {
    legs_.clear();
    rig_.run_ready();
  }
  Leg& connect(const storage::Person& person = kAlice) {
    legs_.push_back(std::make_unique<Leg>(rig_, service_->connect(person)));
    return *legs_.back();
  }
  uint64_t passed(Direction direction) const { return service_->passed(direction); }

  test::LoopRig rig_;
  std::shared_ptr<ServiceRates> service_ = ServiceRates::create(rig_.loop);
  const std::vector<uint8_t> bytes_ = test::pattern(300'000);
  std::vector<std::unique_ptr<Leg>> legs_;
};

// -- tcp -----------------------------------------------------------------------------------------

TEST_F(ServiceRatesTest, CountsWhatPassesWithoutALimit) {
  Leg& leg = connect();
  leg.write(bytes_);
  leg.receive(bytes_);
  ASSERT_TRUE(rig_.run_until([&] {
    leg.read_by_program();
    return leg.host.stream.size() == bytes_.size() && leg.read.size() == bytes_.size();
  }));
  EXPECT_EQ(passed(Direction::kIn), bytes_.size());
  EXPECT_EQ(passed(Direction::kOut), bytes_.size());
}

TEST_F(ServiceRatesTest, ReadsNoMoreFromTheServiceThanTheRateGives) {
  service_->set(kSlow);
  Leg& leg = connect();
  leg.write(bytes_);
  ASSERT_TRUE(rig_.run_until([&] { return !leg.host.stream.empty(); }));
  rig_.run_ready();
  EXPECT_LE(leg.host.stream.size(), kLittle);
  EXPECT_EQ(passed(Direction::kOut), leg.host.stream.size());
}

TEST_F(ServiceRatesTest, WritesNoMoreToTheServiceThanTheRateGivesAndShutsThePeersWindow) {
  service_->set(kSlow);
  Leg& leg = connect();
  const auto window = test::pattern(StreamWindow::kInitialBytes);
  leg.receive(window);
  rig_.run_ready();
  leg.read_by_program();
  EXPECT_LE(leg.read.size(), kLittle);
  EXPECT_EQ(leg.host.window_limit, std::nullopt) << "the peer may send no more";
  service_->set(kFast);
  ASSERT_TRUE(rig_.run_until([&] {
    leg.read_by_program();
    return leg.read.size() == window.size();
  }));
  EXPECT_EQ(leg.read, window);
  EXPECT_TRUE(leg.host.window_limit.has_value());
  EXPECT_EQ(passed(Direction::kIn), window.size());
}

TEST_F(ServiceRatesTest, BytesGoOnByThemselvesAtTheRate) {
  service_->set(kFast);
  Leg& leg = connect();
  leg.write(bytes_);
  leg.receive(bytes_);
  ASSERT_TRUE(rig_.run_until([&] {
    leg.read_by_program();
    return leg.host.stream.size() == bytes_.size() && leg.read.size() == bytes_.size();
  }));
  EXPECT_EQ(leg.host.stream, bytes_);
  EXPECT_EQ(leg.read, bytes_);
}

TEST_F(ServiceRatesTest, ALimitTakenAwayLetsGoThoseThatWait) {
  service_->set(kSlow);
  Leg& leg = connect();
  leg.write(bytes_);
  leg.receive(bytes_);
  rig_.run_ready();
  EXPECT_LE(leg.host.stream.size(), kLittle);
  service_->set({});
  ASSERT_TRUE(rig_.run_until([&] {
    leg.read_by_program();
    return leg.host.stream.size() == bytes_.size() && leg.read.size() == bytes_.size();
  }));
}

TEST_F(ServiceRatesTest, ALimitHoldsForConnectionsThatRunAlready) {
  Leg& leg = connect();
  leg.write(Bytes(bytes_).first(1000));
  ASSERT_TRUE(rig_.run_until([&] { return leg.host.stream.size() == 1000; }));
  service_->set({std::nullopt, ByteBudget::kLeastRate});
  leg.write(bytes_);
  ASSERT_TRUE(rig_.run_until([&] { return leg.host.stream.size() > 1000; }));
  rig_.run_ready();
  EXPECT_LE(leg.host.stream.size(), 1000 + kLittle);
}

TEST_F(ServiceRatesTest, EachDirectionHasItsOwnBudget) {
  service_->set(kSlow);
  Leg& leg = connect();
  leg.write(bytes_);
  ASSERT_TRUE(rig_.run_until([&] { return !leg.host.stream.empty(); }));
  rig_.run_ready();
  leg.receive(Bytes(bytes_).first(100));
  ASSERT_TRUE(rig_.run_until([&] {
    leg.read_by_program();
    return leg.read.size() == 100;
  }));
}

TEST_F(ServiceRatesTest, NoneOfTwoConnectionsStarves) {
  service_->set({2'000'000, std::nullopt});
  Leg& first = connect();
  Leg& second = connect();
  const auto size = [](const Leg& leg) { return leg.host.stream.size(); };
  size_t first_written = 0;
  ASSERT_TRUE(rig_.run_until([&] {
    first.write(bytes_);  // whenever there is room, so that it could use up the whole budget
    if (first_written++ == 0) second.write(bytes_);
    return size(second) > 200'000;
  }));
  EXPECT_LE(size(first), size(second) + 6 * RateLane::kTurnBytes);
}

TEST_F(ServiceRatesTest, APeersLimitIsItsOwn) {
  service_->set({std::nullopt, ByteBudget::kLeastRate});
  Leg& alice = connect(kAlice);
  Leg& alice_again = connect(kAlice);
  alice.write(bytes_);
  alice_again.write(bytes_);
  rig_.run_until([&] { return !alice.host.stream.empty(); });
  rig_.run_ready();
  EXPECT_LE(alice.host.stream.size() + alice_again.host.stream.size(), kLittle);
  Leg& bob = connect(kBob);
  bob.write(bytes_);
  EXPECT_TRUE(rig_.run_until([&] { return !bob.host.stream.empty(); }));
}

TEST_F(ServiceRatesTest, ForgetsAPeerWithItsLastConnection) {
  connect(kAlice);
  connect(kAlice);
  connect(kBob);
  EXPECT_EQ(service_->peer_count(), 2U);
  legs_.pop_back();
  rig_.run_ready();
  EXPECT_EQ(service_->peer_count(), 1U);
  legs_.pop_back();
  EXPECT_EQ(service_->peer_count(), 1U);
  legs_.pop_back();
  EXPECT_EQ(service_->peer_count(), 0U);
}

// -- ends ----------------------------------------------------------------------------------------

TEST_F(ServiceRatesTest, AConnectionMayEndWhileItWaits) {
  service_->set(kSlow);
  const KillReason reasons[] = {KillReason::kReset, KillReason::kClosed, KillReason::kPeerLeft};
  for (const KillReason reason : reasons) {
    Leg& leg = connect();
    leg.write(bytes_);
    leg.receive(bytes_);
    rig_.run_ready();
    leg.mapping->closed_by_peer(reason, steady_now());
    rig_.run_ready();
    legs_.clear();
  }
  rig_.run_ready();
  EXPECT_EQ(service_->peer_count(), 0U);
  service_->set(kFast);
  rig_.run_ready();
}

TEST_F(ServiceRatesTest, TheServiceMayEndBeforeItsConnections) {
  service_->set(kSlow);
  Leg& leg = connect();
  leg.write(bytes_);
  rig_.run_ready();
  service_.reset();
  rig_.run_ready();
  EXPECT_FALSE(leg.bridge.expired());
}

// The write patience must not run out, because the rate and not the program delays the bytes.
TEST_F(ServiceRatesTest, ACleanEndWaitsForBytesThatWaitForTheirTurn) {
  service_->set(kSlow);
  Leg& leg = connect();
  leg.receive(bytes_);
  leg.mapping->closed_by_peer(KillReason::kClosed, steady_now());
  asio::steady_timer later(rig_.loop, std::chrono::milliseconds(120));
  bool passed_patience = false;
  later.async_wait([&](const asio::error_code&) { passed_patience = true; });
  ASSERT_TRUE(rig_.run_until([&] { return passed_patience; }));
  EXPECT_EQ(*leg.ends, 0);
  service_->set(kFast);
  asio::error_code end;
  ASSERT_TRUE(rig_.run_until([&] {
    end = leg.read_by_program();
    return end != asio::error::would_block;
  }));
  EXPECT_EQ(end, asio::error::eof);
  EXPECT_EQ(leg.read, bytes_);
}

}  // namespace
}  // namespace ngcshare
