// The offers that a member uses, and whose names it trusts.
#include "tests/bot/member/connector_rig.h"

namespace ngcshare::test {
namespace {

TEST_F(ConnectorTest, IsNotMadeToPrintWithoutEndByStrangers) {
  Connector& connector = start(wanting("web"));
  constexpr size_t kTimes = 1000;
  const Offer spam = offer_of("spam", 80, 7);
  const Offer web = offer_of("web", free_port(), 8);
  const auto events = events_of([&] {
    for (size_t i = 0; i < kTimes; ++i) {
      connector.on_offer(other_, spam);
      connector.on_offer_gone(other_, spam, KillReason::kWithdrawn);
      connector.on_offer(gateway_, web);
    }
  });
  const auto count = [&](const char* event, const char* service) {
    return static_cast<double>(std::count_if(events.begin(), events.end(), [&](const auto& one) {
      return one.at("event") == event && one.at("service") == service;
    }));
  };
  EXPECT_LE(count("offer", "spam"), OfferNews::kRates.subject_burst + 10);
  EXPECT_LE(count("withdrawn", "spam"), OfferNews::kRates.subject_burst + 10);
  EXPECT_EQ(count("offer", "web"), kTimes) << "the user asked for it";
}

TEST_F(ConnectorTest, IsNotMadeToPrintWithoutEndByAGatewayThatTheUserChose) {
  Connector& connector = start(wanting("web"));
  const Offer web = offer_of("web", free_port());
  const auto events = events_of([&] {
    for (int i = 0; i < 2 * OfferNews::kAskedRates.subject_burst; ++i) {
      connector.on_offer(gateway_, web);
    }
  });
  EXPECT_TRUE(find(events, "listening"));
  EXPECT_LE(static_cast<double>(events.size()), OfferNews::kAskedRates.subject_burst + 100);
}

TEST_F(ConnectorTest, ListensOnTheSuggestedPortWhileTheOfferStands) {
  Connector& connector = start(wanting("web"));
  EXPECT_EQ(connector.missing(), std::vector<std::string>{"web"});
  const uint16_t port = free_port();
  const auto events = events_of([&] { connector.on_offer(gateway_, offer_of("web", port)); });
  EXPECT_EQ(port_of(events), port);
  EXPECT_TRUE(accepts_connections(port));
  EXPECT_TRUE(connector.missing().empty());
  EXPECT_NE(connector.table().find(kAddress + std::to_string(port)), std::string::npos);

  const auto after = events_of(
      [&] { connector.on_offer_gone(gateway_, offer_of("web", port), KillReason::kWithdrawn); });
  EXPECT_TRUE(find(after, "withdrawn"));
  EXPECT_FALSE(accepts_connections(port));
  EXPECT_EQ(connector.offer_count(), 0U);
  EXPECT_EQ(connector.missing(), std::vector<std::string>{"web"});
}

TEST_F(ConnectorTest, IgnoresTheEndOfAnOfferThatWasReplaced) {
  Connector& connector = start(wanting("web"));
  const uint16_t port = free_port();
  events_of([&] {
    connector.on_offer(gateway_, offer_of("web", port, 1));
    connector.on_offer(gateway_, offer_of("web", port, 2));
    connector.on_offer_gone(gateway_, offer_of("web", port, 1), KillReason::kRestarted);
  });
  EXPECT_TRUE(accepts_connections(port));
}

TEST_F(ConnectorTest, TakesTheNextPortWhenTheSuggestedOneIsTaken) {
  Connector& connector = start(wanting("web"));
  asio::ip::tcp::acceptor holder(offline_.loop, {own_loopback(), 0});
  const uint16_t taken = holder.local_endpoint().port();
  const auto events = events_of([&] { connector.on_offer(gateway_, offer_of("web", taken)); });
  EXPECT_GT(port_of(events), taken);
  EXPECT_TRUE(complaints_.empty());
}

TEST_F(ConnectorTest, ComplainsWhenTheNamedPortIsTaken) {
  asio::ip::tcp::acceptor holder(offline_.loop, {own_loopback(), 0});
  const std::string port = std::to_string(holder.local_endpoint().port());
  Connector& connector = start(wanting("web=" + port));
  const auto events =
      events_of([&] { connector.on_offer(gateway_, offer_of("web", free_port())); });
  EXPECT_EQ(port_of(events), 0);
  ASSERT_EQ(complaints_.size(), 1U);
  EXPECT_NE(complaints_[0].find(kAddress + port), std::string::npos) << complaints_[0];
}

TEST_F(ConnectorTest, ListensOnlyForWhatIsWanted) {
  Connector& connector = start(wanting("web"));
  const auto events =
      events_of([&] { connector.on_offer(gateway_, offer_of("game", free_port())); });
  EXPECT_TRUE(find(events, "offer"));
  EXPECT_FALSE(find(events, "listening"));
  EXPECT_EQ(connector.offer_count(), 1U);
}

TEST_F(ConnectorTest, ListensForNothingWhenItOnlyLists) {
  Connector::Config config = wanting_all();
  config.only_list = true;
  Connector& connector = start(config);
  const auto events =
      events_of([&] { connector.on_offer(gateway_, offer_of("web", free_port())); });
  EXPECT_TRUE(find(events, "offer"));
  EXPECT_FALSE(find(events, "listening"));
  EXPECT_FALSE(pin_of("web")) << "looking is not choosing";
}

TEST_F(ConnectorTest, TakesNoFurtherPortOfANameThatIsAnothersEvenWhenAllAreWanted) {
  Connector& connector = start(wanting_all());
  events_of([&] { connector.on_offer(gateway_, offer_of("game", free_port(), 1)); });
  const auto events =
      events_of([&] { connector.on_offer(other_, offer_of("game:9", free_port(), 2)); });
  EXPECT_FALSE(find(events, "listening"));
  EXPECT_TRUE(find(events, "untrusted_gateway"));
}

TEST_F(ConnectorTest, ClosesPortsWhileTheGatewayIsSilent) {
  Connector& connector = start(wanting("web"));
  const uint16_t port = free_port();
  events_of([&] { connector.on_offer(gateway_, offer_of("web", port)); });
  const auto silent = events_of([&] { connector.on_presence(gateway_, false); });
  EXPECT_TRUE(find(silent, "closed"));
  EXPECT_FALSE(accepts_connections(port));
  EXPECT_EQ(port_of(events_of([&] { connector.on_presence(gateway_, true); })), port);
  EXPECT_TRUE(accepts_connections(port));
}

TEST_F(ConnectorTest, PrintsOneLineForAServiceThatEndsAndNoneForOneThatWasNotWanted) {
  const Output text{false};
  Connector::Config config = wanting("web");
  config.bind_address = own_loopback();
  Connector connector(offline_.hub, begin_run(), text, std::move(config),
                      [](const std::string&) {});
  const KillReason reasons[] = {KillReason::kTimeout, KillReason::kWithdrawn,
                                KillReason::kPeerLeft};
  for (const KillReason reason : reasons) {
    const Offer web = offer_of("web", free_port(), 1);
    const Offer game = offer_of("game", free_port(), 2);
    connector.on_offer(gateway_, web);
    connector.on_offer(gateway_, game);
    testing::internal::CaptureStdout();
    connector.on_offer_gone(gateway_, web, reason);
    connector.on_offer_gone(gateway_, game, reason);
    const std::string lines = testing::internal::GetCapturedStdout();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
    EXPECT_NE(lines.find("web is not available now"), std::string::npos) << lines;
  }
}

TEST_F(ConnectorTest, LeavesTheServicesOfOthersAloneWhenOneIsSilent) {
  Connector& connector = start(wanting("web"));
  const uint16_t port = free_port();
  events_of([&] {
    connector.on_offer(gateway_, offer_of("web", port));
    connector.on_presence(other_, false);
  });
  EXPECT_TRUE(accepts_connections(port));
}

TEST_F(ConnectorTest, KeepsItsPortWhenTheGatewayComesBack) {
  const uint16_t suggested = free_port();
  uint16_t port = 0;
  {
    asio::ip::tcp::acceptor holder(offline_.loop, {own_loopback(), suggested});
    Connector& connector = start(wanting("web"));
    port = port_of(events_of([&] { connector.on_offer(gateway_, offer_of("web", suggested)); }));
    ASSERT_NE(port, suggested);
  }
  connector_.reset();  // another run, in which the suggested port is free
  Connector& connector = start(wanting("web"));
  EXPECT_EQ(
      port_of(events_of([&] { connector.on_offer(gateway_, offer_of("web", suggested, 2)); })),
      port);
}

TEST_F(ConnectorTest, DoesNotTrustAnotherGatewayWithAKnownName) {
  Connector& connector = start(wanting_all());
  const uint16_t port = free_port();
  events_of([&] { connector.on_offer(gateway_, offer_of("web", port)); });
  const auto events = events_of([&] {
    connector.on_offer(other_, offer_of("web", free_port(), 7));
    connector.on_offer(other_, offer_of("web", free_port(), 8));
  });
  const auto warning = find(events, "untrusted_gateway");
  ASSERT_TRUE(warning);
  EXPECT_EQ(warning->at("gateway"), to_hex(other_.key));
  EXPECT_EQ(warning->at("trusted_gateway"), to_hex(gateway_.key));
  EXPECT_FALSE(find(events, "listening"));
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const auto& e) { return e.at("event") == "untrusted_gateway"; }),
            1);
  EXPECT_EQ(pin_of("web")->gateway_key, gateway_.key);
}

TEST_F(ConnectorTest, UsesAnotherGatewayThatTheUserNamesForThisTimeOnly) {
  const storage::PinRecord pin{gateway_.chat_id, "game", gateway_.key, {}, 86400};
  pins_.put(pin);
  Connector& connector = start(wanting("game@" + trusted_digits(other_.key)));
  const auto refused =
      events_of([&] { connector.on_offer(gateway_, offer_of("game", free_port())); });
  EXPECT_FALSE(find(refused, "listening"));
  const auto events = events_of([&] {
    connector.on_offer(other_, offer_of("game", free_port(), 7));
    connector.on_offer(other_, offer_of("game:9", free_port(), 8));
  });
  EXPECT_TRUE(find(events, "listening"));
  const auto said = find(events, "named_gateway");
  ASSERT_TRUE(said);
  EXPECT_EQ(said->at("gateway"), to_hex(other_.key));
  EXPECT_EQ(said->at("trusted_gateway"), to_hex(gateway_.key));
  EXPECT_EQ(said->at("from_now_on"), false);
  EXPECT_EQ(pin_of("game"), pin);
  EXPECT_FALSE(pin_of("game:9")) << "it goes with the name";
}

TEST_F(ConnectorTest, GivesANameToAnotherGatewayWhenTheUserSaysSo) {
  pins_.put({gateway_.chat_id, "web", gateway_.key, {}, 86400});
  Connector::Config config = wanting("web@" + trusted_digits(other_.key));
  config.trust = true;
  Connector& connector = start(std::move(config));
  const auto events =
      events_of([&] { connector.on_offer(other_, offer_of("web", free_port(), 7)); });
  EXPECT_EQ(find(events, "named_gateway")->at("from_now_on"), true);
  const auto pin = pin_of("web");
  EXPECT_EQ(pin->gateway_key, other_.key);
  EXPECT_GT(pin->first_seen, 86400) << "it is the time of the first use of this gateway";
}

TEST_F(ConnectorTest, TellsSinceWhenANameBelongsToAGateway) {
  pins_.put({gateway_.chat_id, "web", gateway_.key, {}, 86400});
  const Output text{false};
  for (const std::string& asked : {std::string("web"), "web@" + trusted_digits(other_.key)}) {
    Connector::Config config = wanting(asked);
    config.bind_address = own_loopback();
    Connector connector(offline_.hub, begin_run(), text, std::move(config),
                        [](const std::string&) {});
    testing::internal::CaptureStdout();
    connector.on_offer(other_, offer_of("web", free_port()));
    const std::string lines = testing::internal::GetCapturedStdout();
    EXPECT_NE(lines.find("AAAAAAAAAAAAAAAA, which was first used for it on 1970-01-02 00:00 UTC"),
              std::string::npos)
        << lines;
  }
}

// -- names that look alike ---------------------------------------------------------------

TEST_F(ConnectorTest, NeverUsesANameThatCannotBeSeenAndWarnsOfIt) {
  const std::string twin =
      "mine\xE2\x80\x8B"
      "craft";
  for (Connector::Config config : {wanting_all(), wanting("minecraft")}) {
    Connector& connector = start(std::move(config));
    const auto mine =
        events_of([&] { connector.on_offer(gateway_, offer_of("minecraft", free_port())); });
    EXPECT_TRUE(find(mine, "listening"));
    EXPECT_FALSE(find(mine, "lookalike"));
    const auto theirs = events_of([&] {
      connector.on_offer(other_, offer_of(twin, free_port(), 7));
      connector.on_offer(other_, offer_of(twin, free_port(), 8));
    });
    EXPECT_FALSE(find(theirs, "listening"));
    const auto warning = find(theirs, "lookalike");
    ASSERT_TRUE(warning);
    EXPECT_EQ(warning->at("service"), twin);
    EXPECT_EQ(warning->at("looks_like"), "minecraft");
    EXPECT_EQ(warning->at("gateway"), to_hex(other_.key));
    EXPECT_NE(connector.table().find("mine<U+200B>craft"), std::string::npos) << connector.table();
    connector_.reset();
    offline_.run_ready();
  }
}

TEST_F(ConnectorTest, WarnsOfANameThatDiffersInCaseFromTheOneAskedFor) {
  Connector& connector = start(wanting("minecraft"));
  const auto events =
      events_of([&] { connector.on_offer(gateway_, offer_of("Minecraft", free_port())); });
  EXPECT_EQ(find(events, "lookalike")->at("looks_like"), "minecraft");
  EXPECT_FALSE(find(events, "listening"));
}

TEST_F(ConnectorTest, ListsTheDigitsThatChooseAGateway) {
  Connector& connector = start(wanting("web"));
  events_of([&] { connector.on_offer(gateway_, offer_of("web", free_port())); });
  EXPECT_NE(connector.table().find(trusted_digits(gateway_.key)), std::string::npos);
}

TEST_F(ConnectorTest, OpensAMappingOfTheOfferForAConnection) {
  const auto contact = std::make_shared<test::ContactRecord>();
  Peer& peer = offline_.hub.join({key_of(0x11), key_of(0xCC)}, Role::kUser,
                                 std::make_unique<test::RecordingContact>(contact));
  Connector& connector = start(wanting("web"));
  offline_.hub.set_offer_user(&connector);
  Frame frame;
  const Outgoing where = encode_packet(offer_of("web", free_port(), 0x31323334), frame);
  const uint16_t port = port_of(events_of([&] {
    offline_.hub.receive(peer, where.id, false, frame.body(), frame.body().size());
    offline_.hub.pump();
  }));
  asio::ip::tcp::socket client(offline_.loop);
  client.connect({own_loopback(), port});
  EXPECT_TRUE(offline_.run_until([&] { return peer.session->mapping_count() == 1; }));
  EXPECT_EQ(contact->packets.count<Accept>(), 1U);
  events_of([&] { offline_.hub.shut_down(); });
  offline_.run_ready();
}

}  // namespace
}  // namespace ngcshare::test
