// What a member is told of services that wait, are down, or are described.
#include "tests/bot/member/connector_rig.h"

namespace ngcshare::test {
namespace {

Offer with_state(Offer offer, ServiceState state, const std::string& description = "") {
  offer.extension.emplace();
  offer.extension->state = state;
  if (!description.empty()) offer.extension->description = description;
  return offer;
}

TEST_F(ConnectorTest, TellsForEachServiceWhyItWaits) {
  Connector& connector = start({.wanted = {{"webb", "", {}}, {"game", "", {}}}});
  events_of([&] {
    connector.on_offer(gateway_, offer_of("web", free_port(), 1));
    connector.on_offer(gateway_, offer_of("game", free_port(), 2));
  });
  const auto events = events_of([&] { connector.say_what_waits(); });
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("event"), "waiting");
  EXPECT_EQ(events[0].at("service"), "webb");
  EXPECT_EQ(events[0].at("reason"), "nobody in the group offers it; did you mean web?");
  EXPECT_NE(connector.table().find("\nwebb "), std::string::npos) << connector.table();
}

TEST_F(ConnectorTest, TellsThatTheGatewayOfANameIsOffline) {
  const uint16_t port = free_port();
  Connector& first = start({.wanted = {{"web", "", {}}}});
  events_of([&] { first.on_offer(gateway_, offer_of("web", port)); });
  Connector& second = start({.wanted = {{"web", "", {}}}, .chat_id = gateway_.chat_id});
  const auto events = events_of([&] { second.say_what_waits(); });
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("reason"), "its gateway " + trusted_digits(gateway_.key) + " is offline");
}

TEST_F(ConnectorTest, SaysThatAServiceIsDownAndUpAgain) {
  Connector& connector = start({.wanted = {{"web", "", {}}}});
  const Offer web = offer_of("web", free_port());
  const auto states = [&](const Offer& offer) {
    std::vector<std::string> found;
    for (const auto& event : events_of([&] { connector.on_offer(gateway_, offer); })) {
      if (event.at("event") == "state") found.push_back(event.at("state"));
    }
    return found;
  };
  using States = std::vector<std::string>;
  EXPECT_EQ(states(with_state(web, ServiceState::kDown)), States{"down"});
  EXPECT_NE(connector.table().find(" down "), std::string::npos) << connector.table();
  EXPECT_EQ(states(with_state(web, ServiceState::kDown)), States{});
  EXPECT_EQ(states(web), States{"up"});
  EXPECT_EQ(states(with_state(web, ServiceState::kBusy)), States{"busy"});
}

TEST_F(ConnectorTest, ListsStateAndDescription) {
  Connector& connector = start({.only_list = true});
  events_of([&] {
    connector.on_offer(gateway_,
                       with_state(offer_of("web", 80), ServiceState::kDown, "our \x1b[31mwiki"));
  });
  const std::string table = connector.table();
  EXPECT_NE(table.find("DESCRIPTION"), std::string::npos);
  EXPECT_NE(table.find(" down "), std::string::npos) << table;
  EXPECT_NE(table.find("our "), std::string::npos) << table;
  EXPECT_EQ(table.find('\x1b'), std::string::npos) << table;
}

}  // namespace
}  // namespace ngcshare::test
