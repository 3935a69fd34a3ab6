// The times at which boot nodes are asked, and their choice.
#include "bot/tox/bootstrapper.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "tests/bot/tox/fake_network_node.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using std::chrono::milliseconds;

// Goes off when the test says so.
class FakeTimer : public OneShotTimer {
 public:
  void set(milliseconds delay, std::function<void()> action) override {
    delay_ = delay;
    action_ = std::move(action);
  }
  void cancel() override { action_ = nullptr; }

  bool is_set() const { return action_ != nullptr; }
  // Runs the action, if one is set.
  void go_off() {
    if (is_set()) std::exchange(action_, nullptr)();
  }
  std::optional<milliseconds> delay() const {
    return is_set() ? std::optional(delay_) : std::nullopt;
  }

 private:
  milliseconds delay_{};
  std::function<void()> action_;
};

// 127.0.0.1 with port and key `number`.
BootstrapNode numbered(uint8_t number, std::vector<uint16_t> tcp_ports = {}) {
  return {"127.0.0.1", number, std::move(tcp_ports), test::key_of(number)};
}

std::vector<BootstrapNode> numbered_from(uint8_t first, uint8_t count) {
  std::vector<BootstrapNode> nodes;
  for (uint8_t i = 0; i < count; ++i) nodes.push_back(numbered(static_cast<uint8_t>(first + i)));
  return nodes;
}

class BootstrapperTest : public testing::Test {
 protected:
  void start(std::vector<BootstrapNode> nodes, bool resolve_names = true) {
    auto timer = std::make_unique<FakeTimer>();
    timer_ = timer.get();
    bootstrapper_ = std::make_unique<Bootstrapper>(loop_, node_, std::move(nodes), resolve_names,
                                                   std::move(timer));
    bootstrapper_->start();
  }
  // Lets the timer expire. Returns the delay that it was set with.
  std::optional<milliseconds> next_round() {
    const auto delay = timer_->delay();
    node_.asked.clear();
    timer_->go_off();
    return delay;
  }
  void connection_becomes(NetworkConnection connection) {
    node_.state = connection;
    bootstrapper_->on_connection(connection);
  }
  std::multiset<int> asked_ports() const {
    std::multiset<int> ports;
    for (const auto& asked : node_.asked) ports.insert(asked.port);
    return ports;
  }

  asio::io_context loop_{1};
  test::FakeNetworkNode node_;
  std::unique_ptr<Bootstrapper> bootstrapper_;
  FakeTimer* timer_ = nullptr;  // owned by the bootstrapper
};

TEST_F(BootstrapperTest, AsksAgainWithDoublingIntervalsUpToTheLongest) {
  start({numbered(7)});
  for (const int expected : {0, 1500, 3000, 6000, 12000, 20000, 20000, 20000}) {
    EXPECT_EQ(next_round(), milliseconds(expected));
    EXPECT_EQ(node_.asked,
              (std::vector<test::FakeNetworkNode::Asked>{{"127.0.0.1", 7, test::key_of(7)}}));
  }
}

TEST_F(BootstrapperTest, AsksAFewNodesARoundAndEachInItsTurn) {
  start(numbered_from(1, 8));
  next_round();
  std::multiset<int> all = asked_ports();
  EXPECT_EQ(all.size(), Bootstrapper::kNodesPerRound);
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), Bootstrapper::kNodesPerRound);
  for (int round = 1; round < 4; ++round) {
    next_round();
    all.merge(asked_ports());
  }
  for (int port = 1; port <= 8; ++port) EXPECT_EQ(all.count(port), 3U) << port;
}

TEST_F(BootstrapperTest, AsksByUdpAndThroughEveryTcpRelay) {
  start({numbered(7, {443, 3389})});
  next_round();
  EXPECT_EQ(asked_ports(), std::multiset<int>{7});
  EXPECT_EQ(node_.relays,
            (std::vector<test::FakeNetworkNode::Asked>{{"127.0.0.1", 443, test::key_of(7)},
                                                       {"127.0.0.1", 3389, test::key_of(7)}}));
}

TEST_F(BootstrapperTest, StopsAskingOnceConnectedByUdpOrTcp) {
  for (const NetworkConnection connection : {NetworkConnection::kUdp, NetworkConnection::kTcp}) {
    node_.state = NetworkConnection::kNone;
    start({numbered(7)});
    next_round();
    connection_becomes(connection);
    EXPECT_FALSE(timer_->is_set());
  }
}

// A timer that has run out can no longer be cancelled.
TEST_F(BootstrapperTest, ARoundThatIsDueAfterTheConnectionAsksNobody) {
  start({numbered(7)});
  node_.state = NetworkConnection::kUdp;
  next_round();
  EXPECT_TRUE(node_.asked.empty());
  EXPECT_FALSE(timer_->is_set());
}

TEST_F(BootstrapperTest, BeginsAnewAtOnceWhenTheConnectionIsLost) {
  start({numbered(7)});
  for (int round = 0; round < 6; ++round) next_round();
  connection_becomes(NetworkConnection::kUdp);
  connection_becomes(NetworkConnection::kNone);
  for (const int expected : {0, 1500, 3000}) EXPECT_EQ(next_round(), milliseconds(expected));
  EXPECT_EQ(asked_ports(), std::multiset<int>{7});
}

TEST_F(BootstrapperTest, GoesOnWithOtherNodesAfterTheConnectionWasLost) {
  start(numbered_from(1, 12));
  next_round();
  std::multiset<int> all = asked_ports();
  connection_becomes(NetworkConnection::kUdp);
  connection_becomes(NetworkConnection::kNone);
  next_round();
  all.merge(asked_ports());
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 12U);
}

TEST_F(BootstrapperTest, ReplacedNodesAreAskedAtOnceWhileThereIsNoConnection) {
  start({numbered(7)});
  for (int round = 0; round < 6; ++round) next_round();
  bootstrapper_->replace({numbered(8), numbered(9)});
  for (const int expected : {0, 1500}) {
    EXPECT_EQ(next_round(), milliseconds(expected));
    EXPECT_EQ(asked_ports(), (std::multiset<int>{8, 9}));
  }
}

TEST_F(BootstrapperTest, ReplacedNodesAreAskedOnlyAfterTheConnectionWasLost) {
  start({numbered(7)});
  connection_becomes(NetworkConnection::kTcp);
  bootstrapper_->replace({numbered(8)});
  EXPECT_FALSE(timer_->is_set());
  connection_becomes(NetworkConnection::kNone);
  next_round();
  EXPECT_EQ(asked_ports(), std::multiset<int>{8});
}

// The place in the list is that of the former, longer one.
TEST_F(BootstrapperTest, CanBeGivenFewerNodes) {
  start(numbered_from(1, 20));
  for (int round = 0; round < 3; ++round) next_round();
  bootstrapper_->replace({numbered(99)});
  next_round();
  EXPECT_EQ(asked_ports(), std::multiset<int>{99});
}

TEST_F(BootstrapperTest, WithoutNodesNothingIsAskedUntilThereAreSome) {
  start({});
  EXPECT_FALSE(timer_->is_set());
  bootstrapper_->replace({numbered(7)});
  next_round();
  EXPECT_EQ(asked_ports(), std::multiset<int>{7});
  bootstrapper_->replace({});
  EXPECT_FALSE(timer_->is_set());
}

TEST_F(BootstrapperTest, AsksNobodyAfterStop) {
  start({numbered(7)});
  next_round();
  bootstrapper_->stop();
  EXPECT_FALSE(timer_->is_set());
  bootstrapper_->on_connection(NetworkConnection::kNone);
  EXPECT_FALSE(timer_->is_set());
}

TEST_F(BootstrapperTest, ResolvesNamesUnlessItMayNot) {
  const BootstrapNode by_name{"localhost", 7, {443}, test::key_of(7)};
  start({by_name}, /*resolve_names=*/false);
  next_round();
  loop_.run_for(std::chrono::seconds(10));
  EXPECT_TRUE(node_.asked.empty());
  EXPECT_TRUE(node_.relays.empty());

  start({by_name});
  next_round();
  loop_.restart();
  loop_.run_for(std::chrono::seconds(10));  // ends with the lookup
  ASSERT_FALSE(node_.asked.empty());
  for (const auto& asked : node_.asked) {
    EXPECT_TRUE(asked.ip == "127.0.0.1" || asked.ip == "::1") << asked.ip;
    EXPECT_EQ(asked.port, 7);
  }
  EXPECT_EQ(node_.relays.size(), node_.asked.size());
}

TEST_F(BootstrapperTest, AsksTheNodesOfALinkFirst) {
  for (int i = 0; i < 20; ++i) {  // the others are in random order
    auto nodes = numbered_from(1, 40);
    nodes[20].first = nodes.back().first = true;
    start(nodes);
    next_round();
    ASSERT_GE(node_.asked.size(), 2U);
    const std::set<uint16_t> first{node_.asked[0].port, node_.asked[1].port};
    EXPECT_EQ(first, (std::set<uint16_t>{21, 40}));
  }
}

// The timer that the program runs with.
TEST(LoopTimer, RunsOnlyTheLastActionThatWasSet) {
  asio::io_context loop{1};
  LoopTimer timer(loop);
  std::string ran;
  timer.set(milliseconds(0), [&] { ran += "a"; });
  timer.set(milliseconds(1), [&] { ran += "b"; });
  loop.run_for(std::chrono::seconds(10));
  EXPECT_EQ(ran, "b");
  timer.set(milliseconds(0), [&] { ran += "c"; });
  timer.cancel();
  loop.restart();
  loop.run_for(std::chrono::seconds(10));
  EXPECT_EQ(ran, "b");
}

}  // namespace
}  // namespace ngcshare
