#include "bot/gateway_state.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(GatewayState, IsOneLine) {
  EXPECT_EQ(describe(GatewayState{Connection::kUdp, 2, 1, {}}),
            "2 groups, 1 service, connected by UDP");
  EXPECT_EQ(describe(GatewayState{Connection::kTcp, 1, 0, {}}),
            "1 group, 0 services, connected by TCP relays");
  EXPECT_EQ(describe(GatewayState{}), "0 groups, 0 services, not connected to the Tox network");
}

TEST(Health, IsLiveWhateverTheNetworkIsLike) {
  const ControlAnswer answer =
      answer_health({Connection::kNone, 1, 1, {"friends"}}, HealthQuestion{false});
  EXPECT_EQ(answer,
            (ControlAnswer{true, "live: 1 group, 1 service, not connected to the Tox network"}));
}

TEST(Health, IsReadyWhenConnectedAndInEveryGroup) {
  const HealthQuestion ready{true};
  EXPECT_EQ(answer_health({Connection::kUdp, 1, 1, {}}, ready),
            (ControlAnswer{true, "ready: 1 group, 1 service, connected by UDP"}));
  EXPECT_EQ(
      answer_health({Connection::kNone, 1, 1, {}}, ready),
      (ControlAnswer{false, "not ready: 1 group, 1 service, not connected to the Tox network"}));
  EXPECT_EQ(answer_health({Connection::kTcp, 1, 1, {"friends", "room"}}, ready),
            (ControlAnswer{false, "not ready: not yet in the group friends, room"}));
}

}  // namespace
}  // namespace ngcshare
