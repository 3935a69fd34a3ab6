// toxcore is called when its sockets are readable or its interval is over, and never otherwise.
#include "bot/tox/driver.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/bot/tox/fake_network_node.h"
#include "tests/bot/tox/foreign_sockets.h"

namespace ngcshare {
namespace {

using std::chrono::milliseconds;
using test::TcpPair;
using test::UdpPair;

class ToxDriverTest : public testing::Test {
 protected:
  ToxDriverTest() {
    node_.port = port_of(udp_.theirs);
    // Reads all datagrams, as toxcore does.
    node_.on_iterate = [this] {
      while (!udp_.theirs.receive().empty()) {
      }
    };
  }
  void start() {
    driver_ = std::make_unique<ToxDriver>(
        loop_, node_, [this] { ++afters_; }, [this] { return now_ += look_at_clock_; });
    driver_->start();
    run_ready();  // what was readable already when it looked
  }
  // Runs all handlers that are ready. Sockets on loopback are readable before send() returns.
  void run_ready() {
    for (int i = 0; i < 10; ++i) loop_.poll();
  }
  // Runs the loop until the node has been called `count` times. Returns false after ten seconds.
  bool run_until_iterations(int count) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (node_.iterations < count && std::chrono::steady_clock::now() < give_up) {
      loop_.run_one_for(milliseconds(100));
    }
    return node_.iterations >= count;
  }
  // Makes the driver call the node by a datagram. Returns how often it was called.
  int iterations_by_datagram() {
    const int before = node_.iterations;
    udp_.sender.send("a");
    run_ready();
    return node_.iterations - before;
  }
  int iterations_by(const TcpPair& tcp) {
    const int before = node_.iterations;
    tcp.sender.send("a");
    run_ready();
    return node_.iterations - before;
  }
  // Lets time pass, as far as looking for sockets is concerned.
  void pass(ToxDriver::Clock::duration time) { now_ += time; }
  // Returns true if the driver looks for sockets when it next calls the node.
  bool looks_for_sockets() {
    const TcpPair fresh;
    iterations_by_datagram();
    return iterations_by(fresh) > 0;
  }

  UdpPair udp_;
  test::FakeNetworkNode node_;
  asio::io_context loop_{1};
  ToxDriver::Clock::time_point now_{std::chrono::hours(1)};
  ToxDriver::Clock::duration look_at_clock_{};  // takes so long
  int afters_ = 0;
  std::unique_ptr<ToxDriver> driver_;
};

// The program runs its loop on after a storage error in a listener.
TEST_F(ToxDriverTest, GoesOnAfterAnIterationThatThrew) {
  start();
  int throws = 0;
  node_.on_iterate = [&] {
    while (!udp_.theirs.receive().empty()) {
    }
    if (throws++ == 0) throw std::runtime_error("the disk is full");
  };
  udp_.sender.send("a");
  EXPECT_THROW(run_ready(), std::runtime_error);
  EXPECT_GT(iterations_by_datagram(), 0);
}

TEST_F(ToxDriverTest, CallsTheNodeAtOnceWhenStarted) {
  start();
  EXPECT_GE(node_.iterations, 1);
  EXPECT_EQ(afters_, node_.iterations);
}

TEST_F(ToxDriverTest, CallsTheNodeForADatagramWithoutWaitingForTheInterval) {
  start();
  EXPECT_EQ(iterations_by_datagram(), 1);
  EXPECT_EQ(iterations_by_datagram(), 1);
  EXPECT_EQ(afters_, node_.iterations);
}

TEST_F(ToxDriverTest, CallsTheNodeOnceForDatagramsThatItLeavesUnread) {
  start();
  node_.on_iterate = nullptr;
  EXPECT_EQ(iterations_by_datagram(), 1);
}

TEST_F(ToxDriverTest, CallsTheNodeAgainForWhatCameWhileItWasReading) {
  start();
  bool once = true;
  node_.on_iterate = [&] {
    if (std::exchange(once, false)) udp_.sender.send("b");
  };
  EXPECT_EQ(iterations_by_datagram(), 2);
}

TEST_F(ToxDriverTest, CallsTheNodeAtItsInterval) {
  node_.interval = milliseconds(1);
  start();
  EXPECT_TRUE(run_until_iterations(5));
  EXPECT_EQ(afters_, node_.iterations);
}

// toxcore wants to be called sooner while it looks for friends and groups.
TEST_F(ToxDriverTest, AsksForTheIntervalEachTime) {
  node_.interval = milliseconds(1);
  start();
  ASSERT_TRUE(run_until_iterations(5));
  EXPECT_GE(node_.intervals_asked, 4);
}

TEST_F(ToxDriverTest, CallsTheListenerAfterTheNode) {
  start();
  int afters_seen = -1;
  node_.on_iterate = [&] { afters_seen = afters_; };
  const int before = afters_;
  iterations_by_datagram();
  EXPECT_EQ(afters_seen, before);
  EXPECT_EQ(afters_, before + 1);
}

TEST_F(ToxDriverTest, LooksForSocketsFiveTimesASecondWhileConnecting) {
  start();
  pass(ToxDriver::kRescanWhileConnecting - milliseconds(1));
  EXPECT_FALSE(looks_for_sockets());
  pass(milliseconds(1));
  EXPECT_TRUE(looks_for_sockets());
  EXPECT_FALSE(looks_for_sockets());
  pass(ToxDriver::kRescanWhileConnecting);
  EXPECT_TRUE(looks_for_sockets());
}

TEST_F(ToxDriverTest, LooksForSocketsEveryTwoSecondsLater) {
  start();
  pass(ToxDriver::kConnectingTime);
  EXPECT_TRUE(looks_for_sockets());
  pass(ToxDriver::kRescanOtherwise - milliseconds(1));
  EXPECT_FALSE(looks_for_sockets());
  pass(milliseconds(1));
  EXPECT_TRUE(looks_for_sockets());
}

TEST_F(ToxDriverTest, LooksForSocketsAtOnceAndOftenWhenToldToExpectSome) {
  start();
  pass(ToxDriver::kConnectingTime);
  ASSERT_TRUE(looks_for_sockets());
  ASSERT_FALSE(looks_for_sockets());
  driver_->expect_new_sockets();
  EXPECT_TRUE(looks_for_sockets());
  pass(ToxDriver::kRescanWhileConnecting);
  EXPECT_TRUE(looks_for_sockets());
}

// Each look takes longer with more descriptors, and strangers who join make it expect sockets.
TEST_F(ToxDriverTest, LooksForSocketsAHundredthOfTheTimeAtMost) {
  look_at_clock_ = milliseconds(10);
  start();
  pass(milliseconds(500));
  driver_->expect_new_sockets();
  EXPECT_FALSE(looks_for_sockets());
  pass(milliseconds(500));
  EXPECT_TRUE(looks_for_sockets());
}

// A relay connection is often opened by toxcore inside the call.
TEST_F(ToxDriverTest, FindsASocketThatTheNodeOpensWhileItIsCalled) {
  start();
  std::unique_ptr<TcpPair> opened;
  node_.on_iterate = [&] {
    while (!udp_.theirs.receive().empty()) {
    }
    if (opened == nullptr) opened = std::make_unique<TcpPair>();
  };
  driver_->expect_new_sockets();
  iterations_by_datagram();
  EXPECT_EQ(iterations_by(*opened), 1);
}

TEST_F(ToxDriverTest, DoesNothingAfterStop) {
  start();
  driver_->stop();
  EXPECT_EQ(iterations_by_datagram(), 0);
  loop_.restart();
  loop_.run_for(std::chrono::seconds(10));
  EXPECT_TRUE(loop_.stopped()) << "something is still waited for";
}

TEST_F(ToxDriverTest, CanBeStoppedByTheNode) {
  start();
  node_.on_iterate = [this] { driver_->stop(); };
  EXPECT_EQ(iterations_by_datagram(), 1);
  EXPECT_EQ(iterations_by_datagram(), 0);
}

}  // namespace
}  // namespace ngcshare
