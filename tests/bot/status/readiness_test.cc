#include "bot/status/readiness.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(Readiness, IsOneLine) {
  EXPECT_EQ(describe(Readiness{NetworkConnection::kUdp, 2, 1, {}}),
            "2 groups, 1 service, connected by UDP");
  EXPECT_EQ(describe(Readiness{NetworkConnection::kTcp, 1, 0, {}}),
            "1 group, 0 services, connected by TCP relays");
  EXPECT_EQ(describe(Readiness{}), "0 groups, 0 services, not connected to the Tox network");
}

TEST(Readiness, TakesANetworkAndEveryGroup) {
  EXPECT_EQ(why_not_ready({NetworkConnection::kUdp, 1, 1, {}}), "");
  EXPECT_EQ(why_not_ready({NetworkConnection::kNone, 1, 1, {}}),
            "not connected to the Tox network");
  EXPECT_EQ(why_not_ready({NetworkConnection::kTcp, 1, 1, {"friends", "room"}}),
            "not yet in the group friends, room");
}

TEST(Health, SaysThatAGatewayIsLiveAndWhyItIsNotReady) {
  const Readiness state{NetworkConnection::kTcp, 1, 2, {}};
  EXPECT_TRUE(live(state).good);
  EXPECT_EQ(live(state).text, "live: 1 group, 2 services, connected by TCP relays");
  EXPECT_TRUE(ready(state, "").good);
  EXPECT_EQ(ready(state, "").text, "ready: 1 group, 2 services, connected by TCP relays");
  EXPECT_FALSE(ready(state, "no network").good);
  EXPECT_EQ(ready(state, "no network").text, "not ready: no network");
}

}  // namespace
}  // namespace ngcshare
