// The clock of the program is stopped in these tests.
#include "bot/target/target_ports.h"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "tests/support/loop_rig.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

class TargetPortsTest : public testing::Test {
 protected:
  TargetPortsTest() { ProgramClock::stopped_at = std::chrono::seconds(1000); }
  ~TargetPortsTest() override { ProgramClock::stopped_at.reset(); }

  static TargetPorts::Endpoint at(const char* address, uint16_t port = 80) {
    return {asio::ip::make_address(address), port};
  }
  static storage::Person person(uint8_t number) {
    storage::Person one;
    one.key.fill(number);
    return one;
  }
  static void pass(Duration time) { *ProgramClock::stopped_at += time; }
  // Takes a port, connects and ends the connection before the target does.
  bool come_and_go(uint8_t who, const TargetPorts::Endpoint& endpoint) {
    const auto port = ports_->take(person(who), {endpoint});
    if (port == nullptr) return false;
    port->reach(endpoint);
    port->is_kept = true;
    return true;
  }
  int come_and_go_often(uint8_t who, const TargetPorts::Endpoint& endpoint) {
    int times = 0;
    while (times < 1000 && come_and_go(who, endpoint)) ++times;
    return times;
  }

  test::LoopRig rig_;
  const TargetPorts::Endpoint far_ = at("10.9.9.9");
  std::shared_ptr<TargetPorts> ports_ = std::make_shared<TargetPorts>(
      rig_.loop, TargetPorts::Limits{
                     .per_person = 10, .in_all = 25, .loopback_wait = std::chrono::seconds(1)});
};

TEST_F(TargetPortsTest, OnePersonHasNoMoreThanAPartAlsoOfThoseThatTheKernelStillKeeps) {
  EXPECT_EQ(come_and_go_often(1, far_), 10);
  EXPECT_EQ(come_and_go_often(2, far_), 10);
  EXPECT_EQ(come_and_go_often(3, far_), 5) << "all together have no more than 25";
  pass(TargetPorts::kTimeWait - std::chrono::milliseconds(1));
  EXPECT_EQ(come_and_go_often(1, far_), 0);
  pass(std::chrono::milliseconds(1));
  EXPECT_EQ(ports_->taken(far_), 0U);
  EXPECT_EQ(come_and_go_often(1, far_), 10);
}

TEST_F(TargetPortsTest, EachTargetIsCountedByItself) {
  EXPECT_EQ(come_and_go_often(1, far_), 10);
  EXPECT_EQ(come_and_go_often(1, at("10.9.9.9", 81)), 10);
  EXPECT_EQ(come_and_go_often(1, at("10.9.9.8")), 10);
  EXPECT_EQ(come_and_go_often(1, at("::ffff:10.9.9.9")), 0) << "the same for the kernel";
}

TEST_F(TargetPortsTest, TowardsLoopbackAPortIsUsedAgainAfterASecond) {
  for (const char* address : {"127.0.0.1", "127.9.9.9", "::1"}) {
    EXPECT_EQ(come_and_go_often(1, at(address)), 10) << address;
    pass(std::chrono::seconds(1));
    EXPECT_EQ(come_and_go_often(1, at(address)), 10) << address;
  }
}

// The limits of a usual machine, of which 300 a second is a tenth.
TEST_F(TargetPortsTest, ThreeHundredASecondTowardsLoopbackGoOn) {
  ports_->set_limits(
      {.per_person = 3529, .in_all = 11292, .loopback_wait = std::chrono::seconds(1)});
  for (int tick = 0; tick < 3000; ++tick) {
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(come_and_go(1, at("127.0.0.1"))) << tick;
    pass(std::chrono::milliseconds(100));
  }
}

TEST_F(TargetPortsTest, AConnectionThatTheTargetHasEndedFirstKeepsNoPort) {
  for (int i = 0; i < 100; ++i) {
    const auto port = ports_->take(person(1), {far_});
    ASSERT_TRUE(port) << i;
    port->reach(far_);
  }
  EXPECT_EQ(ports_->taken(far_), 0U);
}

TEST_F(TargetPortsTest, CountTowardsEveryAddressUntilOneIsReached) {
  const TargetEndpoints both{at("127.0.0.1"), at("::1")};
  const auto port = ports_->take(person(1), both);
  EXPECT_EQ(ports_->taken(both[0]), 1U);
  EXPECT_EQ(ports_->taken(both[1]), 1U);
  port->reach(both[1]);
  EXPECT_EQ(ports_->taken(both[0]), 0U);
  EXPECT_EQ(ports_->taken(both[1]), 1U);
}

TEST_F(TargetPortsTest, ThoseWhoWaitTakeTurnsAndNobodyOvertakesHimself) {
  std::vector<std::shared_ptr<TargetPorts::Port>> held;
  ports_->set_limits({.per_person = 10, .in_all = 2, .loopback_wait = std::chrono::seconds(1)});
  for (int i = 0; i < 2; ++i) held.push_back(ports_->take(person(9), {far_}));
  std::vector<int> turns;
  const auto wait = [&](uint8_t who, int turn) {
    EXPECT_EQ(ports_->take(person(who), {far_}), nullptr);
    return ports_->wait(person(who), {far_}, [&, turn](auto) { turns.push_back(turn); });
  };
  for (const int turn : {10, 11, 12}) wait(1, turn);
  const auto cancelled = wait(2, 20);
  wait(2, 21);
  ports_->cancel(cancelled);
  ports_->cancel(cancelled);
  held.clear();
  EXPECT_EQ(ports_->take(person(1), {far_}), nullptr) << "others of the same person wait";
  EXPECT_NE(ports_->take(person(3), {far_}), nullptr);
  pass(TargetPorts::kTurnInterval);
  ASSERT_TRUE(rig_.run_until([&] { return turns.size() == 4; }));
  EXPECT_EQ(turns, (std::vector{10, 21, 11, 12}));
  EXPECT_EQ(ports_->taken(far_), 0U);
}

TEST(TargetPortLimits, AreTheMachines) {
  const test::TemporaryFolder folder;
  const auto limits = [&](const char* range, const char* reuse) {
    std::ofstream(folder / "ip_local_port_range") << range;
    std::ofstream(folder / "tcp_tw_reuse") << reuse;
    return TargetPorts::limits_here(folder / ".");
  };
  const auto usual = limits("32768\t60999\n", "2\n");
  EXPECT_EQ(usual.per_person, 3529U);
  EXPECT_EQ(usual.in_all, 11292U);
  EXPECT_EQ(usual.loopback_wait, std::chrono::seconds(1));
  EXPECT_EQ(limits("40000 40999", "0").in_all, 400U);
  EXPECT_EQ(limits("40000 40999", "0").loopback_wait, std::chrono::seconds(60));
  EXPECT_EQ(limits("40000 40000", "2").per_person, 1U);
  EXPECT_EQ(limits("nonsense", "2").in_all, usual.in_all);
  const auto unknown = TargetPorts::limits_here(folder / "missing");
  EXPECT_EQ(unknown.in_all, usual.in_all);
  EXPECT_EQ(unknown.loopback_wait, usual.loopback_wait);
}

}  // namespace
}  // namespace ngcshare
