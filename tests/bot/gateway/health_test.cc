// A gateway whose target does not answer: its state, announcements and offers.
#include "tests/support/gateway_rig.h"

namespace ngcshare {
namespace {

using Target = Gateway::Shown::Target;

class GatewayHealth : public test::GatewayRig {
 protected:
  GatewayHealth() {
    gateway_.set_on_state([this](const storage::ServiceRecord& service, const std::string& text) {
      said_.push_back(service.name + ": " + text);
    });
  }
  // Tries so rarely that only real connections tell.
  void watch_rarely() { watch_each(std::chrono::hours(1)); }
  void watch_often() { watch_each(std::chrono::milliseconds(1)); }
  void watch_each(Duration interval) { gateway_.watch_targets({.interval = {interval, interval}}); }
  Target shown(const std::string& name) {
    for (const auto& entry : gateway_.list({})) {
      if (entry.record.name == name) return entry.target;
    }
    return Target::kUnknown;
  }
  std::optional<ServiceState> state_offered() { return offered(1, "web", port_)->extension->state; }

  const uint16_t port_ = target_port();
  std::vector<std::string> said_;
};

TEST_F(GatewayHealth, IsInTheListTheOfferAndTheNews) {
  join(1);
  watch_often();
  target_.close();
  share("web", {{port_, port_, true, false}});
  EXPECT_EQ(shown("web"), Target::kUnknown);
  EXPECT_FALSE(state_offered());
  const MsgId before = offered(1, "web", port_)->id;
  ASSERT_TRUE(offline_.run_until([&] { return shown("web") == Target::kDown; }));
  EXPECT_EQ(state_offered(), ServiceState::kDown);
  EXPECT_EQ(offered(1, "web", port_)->id, before);
  EXPECT_EQ(said_, std::vector<std::string>{"web: web is down"});
  target_ = asio::ip::tcp::acceptor(offline_.loop, {asio::ip::address_v4::loopback(), port_});
  ASSERT_TRUE(offline_.run_until([&] { return shown("web") == Target::kUp; }));
  EXPECT_FALSE(state_offered());
  EXPECT_EQ(said_.size(), 1U) << "not twice in a minute";
}

TEST_F(GatewayHealth, IsKnownFromRefusedConnections) {
  join(1);
  watch_rarely();
  target_.close();
  share("web", {{port_, port_, true, false}});
  for (const MsgId mapping : {0x1001U, 0x1002U}) {
    EXPECT_EQ(shown("web"), Target::kUnknown);
    open(1, "web", port_, mapping);
    ASSERT_TRUE(offline_.run_until([&] { return mappings(1) == 0; }));
  }
  EXPECT_EQ(shown("web"), Target::kDown);
}

TEST_F(GatewayHealth, IsKnownFromAConnectionThatSucceeds) {
  join(1);
  watch_rarely();
  share("web", {{port_, port_, true, false}});
  open(1, "web", port_, 0x1001);
  EXPECT_TRUE(offline_.run_until([&] { return shown("web") == Target::kUp; }));
  EXPECT_TRUE(said_.empty());
}

TEST_F(GatewayHealth, IsUnknownOfUdpOfTheDisabledAndWithoutTries) {
  share("web", {{port_, port_, true, false}});
  share("voice", {{9, 9, false, true}});
  share("off", {{port_, port_, true, false}});
  share("unchecked", {{port_, port_, true, false}});
  EXPECT_EQ(shown("web"), Target::kUnknown);
  change("off", [](storage::ServiceRecord& record) { record.enabled = false; });
  change("unchecked",
         [](storage::ServiceRecord& record) { record.health = storage::ServiceHealth::kOff; });
  watch_often();
  EXPECT_TRUE(offline_.run_until([&] { return shown("web") == Target::kUp; }));
  EXPECT_EQ(shown("voice"), Target::kUnknown);
  EXPECT_EQ(shown("off"), Target::kUnknown);
  EXPECT_EQ(shown("unchecked"), Target::kUnknown);
}

}  // namespace
}  // namespace ngcshare
