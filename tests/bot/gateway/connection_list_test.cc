#include "bot/gateway/connection_list.h"

#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <vector>

#include "bot/base/steady_time.h"
#include "bot/services/ports.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using storage::Person;

const Person kAlice{test::key_of(1), test::key_of(0xA1)};
const Person kBob{test::key_of(1), test::key_of(0xB1)};
constexpr int64_t kDns = 3;
constexpr int64_t kGame = 4;

// The clock stands still between the steps of a test.
class ConnectionListTest : public testing::Test {
 protected:
  ConnectionListTest() { ProgramClock::stopped_at = 1h; }
  ~ConnectionListTest() override { ProgramClock::stopped_at.reset(); }

  uint32_t add(const Person& person, int64_t service, TransportSet transports = {false, true}) {
    *ProgramClock::stopped_at += 1s;
    return list_.add({.key = service_key(service, 53),
                      .person = person,
                      .transports = transports,
                      .since = steady_now(),
                      .rates = rates_->connect(person),
                      .lease = nullptr});
  }
  void use(uint32_t id) {
    *ProgramClock::stopped_at += 1s;
    list_.find(id)->rates->spend(Direction::kIn, 10);
  }

  asio::io_context loop_;
  std::shared_ptr<ServiceRates> rates_ = ServiceRates::create(loop_);
  ConnectionList list_;
};

TEST_F(ConnectionListTest, CountsTheConnectionsOfServicesAndPeople) {
  const uint32_t first = add(kAlice, kDns);
  add(kAlice, kDns, {true, false});
  add(kBob, kDns);
  add(kBob, kGame);
  EXPECT_EQ(list_.count(kDns), 3U);
  EXPECT_EQ(list_.count(kDns, kAlice), 2U);
  list_.remove(first);
  list_.remove(first);
  EXPECT_EQ(list_.count(kDns), 2U);
  EXPECT_EQ(list_.count(kDns, kAlice), 1U);
  EXPECT_EQ(list_.count(kGame, kAlice), 0U);
}

TEST_F(ConnectionListTest, FindsTheFlowThatHasBeenIdleLongest) {
  EXPECT_FALSE(list_.longest_idle_flow(kAlice, kDns));
  const uint32_t tcp = add(kAlice, kDns, {true, false});
  const uint32_t first = add(kAlice, kDns);
  const uint32_t second = add(kAlice, kGame);
  const uint32_t third = add(kAlice, kDns);
  add(kBob, kDns);
  EXPECT_EQ(list_.longest_idle_flow(kAlice, {}), first);
  use(first);
  EXPECT_EQ(list_.longest_idle_flow(kAlice, {}), second);
  EXPECT_EQ(list_.longest_idle_flow(kAlice, kDns), third);
  use(second);
  use(third);
  EXPECT_EQ(list_.longest_idle_flow(kAlice, {}), first);
  list_.remove(first);
  list_.remove(tcp);
  EXPECT_EQ(list_.longest_idle_flow(kAlice, {}), second);
  EXPECT_EQ(list_.longest_idle_flow(kAlice, kDns), third);
}

TEST_F(ConnectionListTest, FindsTheLongestIdleInAnyOrderOfUse) {
  std::vector<uint32_t> flows;
  for (int i = 0; i < 50; ++i) flows.push_back(add(kAlice, kDns));
  for (size_t i = 0; i < 1000; ++i) {
    use(flows[(i * 7 + i / 50) % flows.size()]);
    uint32_t expected = flows[0];
    for (const uint32_t id : flows) {
      if (list_.find(id)->rates->last_used() < list_.find(expected)->rates->last_used()) {
        expected = id;
      }
    }
    ASSERT_EQ(list_.longest_idle_flow(kAlice, kDns), expected);
  }
}

}  // namespace
}  // namespace ngcshare
