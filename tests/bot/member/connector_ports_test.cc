// The local ports that a member takes for services.
#include "bot/tunnel/dial_mark.h"
#include "tests/bot/member/connector_rig.h"

namespace ngcshare::test {
namespace {

// -- services of many ports --------------------------------------------------------------

TEST_F(ConnectorTest, TakesAllPortsOfAServiceInWhateverOrderTheyAreOffered) {
  for (const bool first_comes_first : {true, false}) {
    Connector& connector = start(wanting("game"));
    const std::string further = "game:" + std::to_string(free_port());
    const Offer offers[] = {offer_of("game", free_port(), 1), offer_of(further, free_port(), 2)};
    const auto events = events_of([&] {
      connector.on_offer(gateway_, offers[first_comes_first ? 0 : 1]);
      connector.on_offer(gateway_, offers[first_comes_first ? 1 : 0]);
    });
    const auto listening = std::count_if(events.begin(), events.end(), [](const auto& event) {
      return event.at("event") == "listening";
    });
    EXPECT_EQ(listening, 2) << first_comes_first;
    EXPECT_TRUE(connector.missing().empty());
    connector_.reset();
    offline_.run_ready();
  }
}

TEST_F(ConnectorTest, TakesFurtherPortsOfNobodyElse) {
  Connector& connector = start(wanting("game"));
  const auto events = events_of([&] {
    connector.on_offer(other_, offer_of("game:9", free_port(), 3));
    connector.on_offer(gateway_, offer_of("games:9", free_port(), 4));
    connector.on_offer(gateway_, offer_of("game", free_port(), 1));
    connector.on_offer(other_, offer_of("game:10", free_port(), 5));
  });
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const auto& event) { return event.at("event") == "listening"; }),
            1);
}

TEST_F(ConnectorTest, MissesAServiceOfWhichOnlyAFurtherPortIsThere) {
  Connector& connector = start(wanting("game"));
  events_of([&] { connector.on_offer(gateway_, offer_of("game:9", free_port(), 3)); });
  EXPECT_EQ(connector.missing(), std::vector<std::string>{"game"});
}

TEST_F(ConnectorTest, KeepsTheDistancesOfThePortsFromTheOneThatWasAskedFor) {
  const uint16_t asked = free_block(8);
  Connector& connector = start(wanting("game=" + std::to_string(asked)));
  EXPECT_EQ(port_of(events_of([&] { connector.on_offer(gateway_, offer_of("game", 2456, 1)); })),
            asked);
  EXPECT_EQ(
      port_of(events_of([&] { connector.on_offer(gateway_, offer_of("game:2463", 2463, 2)); })),
      asked + 7);
  EXPECT_TRUE(complaints_.empty());
}

TEST_F(ConnectorTest, MovesAllPortsOfAServiceWhenOneIsTaken) {
  const uint16_t first = free_block(2);
  const auto second = static_cast<uint16_t>(first + 1);
  const std::string further = "game:" + std::to_string(second);
  asio::ip::tcp::acceptor holder(offline_.loop, {own_loopback(), second});
  Connector& connector = start(wanting("game"));
  events_of([&] { connector.on_offer(gateway_, offer_of("game", first, 1)); });
  const auto events =
      events_of([&] { connector.on_offer(gateway_, offer_of(further, second, 2)); });
  EXPECT_TRUE(find(events, "closed"));
  const auto ports = ports_of_services(events);
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_GT(ports.at("game"), second);
  EXPECT_EQ(ports.at(further), ports.at("game") + 1);
  // They stay together when the gateway was away.
  events_of([&] { connector.on_presence(gateway_, false); });
  EXPECT_EQ(ports_of_services(events_of([&] { connector.on_presence(gateway_, true); })), ports);
}

TEST_F(ConnectorTest, NamesNoUsualPortOfAServiceThatHasNone) {
  const Output for_people{false};
  Connector::Config config = wanting("web");
  config.bind_address = own_loopback();
  Connector connector(offline_.hub, begin_run(), for_people, std::move(config),
                      [](const std::string&) {});
  testing::internal::CaptureStdout();
  connector.on_offer(gateway_, offer_of("web", 0));
  const std::string line = testing::internal::GetCapturedStdout();
  EXPECT_NE(line.find("web is ready"), std::string::npos) << line;
  EXPECT_EQ(line.find("usual port"), std::string::npos) << line;
}

TEST_F(ConnectorTest, OpensAPortByItselfWhenItsDistanceCannotBeKept) {
  const uint16_t asked = free_block(2);
  const auto second = static_cast<uint16_t>(asked + 1);
  asio::ip::tcp::acceptor holder(offline_.loop, {own_loopback(), second});
  Connector& connector = start(wanting("game=" + std::to_string(asked)));
  const auto ports = ports_of_services(events_of([&] {
    connector.on_offer(gateway_, offer_of("game", 2456, 1));
    connector.on_offer(gateway_, offer_of("game:2457", 2457, 2));
    connector.on_offer(gateway_, offer_of("game:9", 9, 3));
  }));
  EXPECT_EQ(ports.size(), 3U);
  EXPECT_EQ(ports.at("game"), asked);
  EXPECT_NE(ports.at("game:2457"), second);
  EXPECT_TRUE(complaints_.empty());
}

// Offers two ports at the distance of one another, which no place suits.
TEST_F(ConnectorTest, MovesNothingForAPortThatCanBeNowhere) {
  Connector& connector = start(wanting("game"));
  const uint16_t first = free_block(3);
  const auto second = static_cast<uint16_t>(first + 1);
  events_of([&] {
    connector.on_offer(gateway_, offer_of("game", first, 1));
    connector.on_offer(gateway_, offer_of("game:1", second, 2));
  });
  const auto events =
      events_of([&] { connector.on_offer(gateway_, offer_of("game:2", second, 3)); });
  EXPECT_FALSE(find(events, "closed"));
  EXPECT_TRUE(find(events, "distance"));
  EXPECT_NE(port_of(events), 0);
  EXPECT_TRUE(accepts_connections(first));
  EXPECT_TRUE(accepts_connections(second));
}

// The second port comes with other transports again and again, so that it is opened anew.
TEST_F(ConnectorTest, OpensPortsOfAGatewayAtALimitedRateEvenIfTheUserAskedForThem) {
  for (Connector::Config config : {wanting("game"), wanting_all()}) {
    Connector& connector = start(std::move(config));
    const uint16_t first = free_block(2);
    const auto second = static_cast<uint16_t>(first + 1);
    double opened = 0;
    events_of([&] {
      connector.on_offer(gateway_, offer_of("game", first, 1));
      for (int i = 0; i < 2000; ++i) {
        connector.on_offer(gateway_, offer_of("game:2", second, 2, {true, i % 2 == 0}));
        if (port_in_table("game:2") != 0) ++opened;
      }
    });
    EXPECT_GE(opened, OpeningBudget::kBurst - 1);
    EXPECT_LE(opened, OpeningBudget::kBurst + 100);
    EXPECT_TRUE(accepts_connections(port_in_table("game"))) << "it stays open";
    connector_.reset();
    offline_.run_ready();
  }
}

// What is not its own is not typed, and is forgotten as such.
TEST_F(ConnectorTest, RemembersPortsWithoutADistanceAsNamesThatWereNotTyped) {
  Connector& connector = start(wanting("game"));
  const uint16_t first = free_block(2);
  for (MsgId id = 2; id < 2 + 2 * Pins::kMostOfGateway; ++id) {
    const Offer twin = offer_of("game:" + std::to_string(id), first, id);
    events_of([&] {
      if (id == 2) connector.on_offer(gateway_, offer_of("game", first, 1));
      connector.on_offer(gateway_, twin);
      connector.on_offer_gone(gateway_, twin, KillReason::kWithdrawn);
    });
  }
  EXPECT_LE(memory_->size(), Pins::kMostOfGateway + 1);
  EXPECT_TRUE(pin_of("game")->named);
}

// -- ports that the user asked for -----------------------------------------------------------

TEST_F(ConnectorTest, KeepsThePortThatWasAskedForFromAllOtherServices) {
  const uint16_t asked = free_block(2);
  pins_.put({gateway_.chat_id, "old", other_.key, asked, 86400});
  for (const char* const name : {"chat", "old"}) {
    Connector::Config config = wanting("web=" + std::to_string(asked));
    config.wanted.push_back(std::get<WantedService>(parse_wanted(name)));
    Connector& connector = start(std::move(config));
    const auto events = events_of([&] {
      connector.on_offer(other_, offer_of(name, asked, 1, {true, true}));
    });
    EXPECT_NE(port_of(events), 0) << name;
    EXPECT_NE(port_of(events), asked) << name;
    EXPECT_EQ(port_of(events_of([&] { connector.on_offer(gateway_, offer_of("web", 80, 2)); })),
              asked);
    EXPECT_TRUE(complaints_.empty()) << complaints_.front();
    connector_.reset();
    offline_.run_ready();
  }
}

TEST_F(ConnectorTest, KeepsThePortThatWasAskedForFromFurtherPortsToo) {
  const uint16_t asked = free_block(10);
  const auto before = static_cast<uint16_t>(asked - 1);
  Connector::Config config = wanting("web=" + std::to_string(asked));
  config.wanted.push_back(std::get<WantedService>(parse_wanted("chat=" + std::to_string(before))));
  Connector& connector = start(std::move(config));
  const auto ports = ports_of_services(events_of([&] {
    connector.on_offer(other_, offer_of("chat", 7000, 1));
    connector.on_offer(other_, offer_of("chat:7001", 7001, 2));
    connector.on_offer(gateway_, offer_of("web", 80, 3));
  }));
  EXPECT_EQ(ports.at("chat"), before);
  EXPECT_NE(ports.at("chat:7001"), asked);
  EXPECT_EQ(ports.at("web"), asked);
  EXPECT_TRUE(complaints_.empty());
}

// -- all services ------------------------------------------------------------------------

TEST_F(ConnectorTest, LetsNoStrangerChooseALocalPort) {
  Connector& connector = start(wanting_all());
  const uint16_t usual = free_port();
  const auto ports = ports_of_services(events_of([&] {
    connector.on_offer(gateway_, offer_of("web", usual, 1));
    connector.on_offer(gateway_, offer_of("dns", 53, 2));
    connector.on_offer(gateway_, offer_of("any", 0, 3));
    connector.on_offer(gateway_, offer_of("web:5432", 5432, 4));
    connector.on_offer(gateway_, offer_of("dns:5433", 5433, 5));
  }));
  EXPECT_EQ(ports.size(), 5U);
  for (const auto& [name, port] : ports) EXPECT_GE(port, PortKeeper::kFirstUnknownPort) << name;
}

TEST_F(ConnectorTest, MovesNoOpenPortOfAStranger) {
  Connector& connector = start(wanting_all());
  const uint16_t first =
      port_of(events_of([&] { connector.on_offer(other_, offer_of("a", 100)); }));
  const auto second = static_cast<uint16_t>(first + 1);
  asio::ip::tcp::acceptor holder(offline_.loop, {own_loopback(), second});
  const auto events = events_of([&] {
    connector.on_offer(other_, offer_of("a:101", 101, 2));  // is in use
    connector.on_offer(other_, offer_of("a:102", 102, 3));
    connector.on_offer(other_, offer_of("a:103", 102, 4));  // can be nowhere
    connector.on_offer(other_, offer_of("a:104", 5000, 5));
  });
  EXPECT_FALSE(find(events, "closed"));
  auto ports = ports_of_services(events);
  EXPECT_EQ(ports.size(), 4U);
  EXPECT_EQ(ports.at("a:102"), first + 2);
  EXPECT_TRUE(accepts_connections(first));
}

TEST_F(ConnectorTest, GivesAStrangersServiceThePortThatItHad) {
  const Offer offer = offer_of("web", free_port());
  const uint16_t port = port_of(events_of([&] { start(wanting_all()).on_offer(gateway_, offer); }));
  EXPECT_EQ(port_of(events_of([&] { start(wanting_all()).on_offer(gateway_, offer); })), port);
}

TEST_F(ConnectorTest, UsesTheUsualPortsOfAKnownGatewayButNoneBelow1024) {
  events_of([&] { start(wanting("web")).on_offer(gateway_, offer_of("web", free_port(), 1)); });
  Connector& connector = start(wanting_all());
  const uint16_t usual = free_port();
  EXPECT_EQ(port_of(events_of([&] { connector.on_offer(gateway_, offer_of("game", usual, 2)); })),
            usual);
  EXPECT_GE(port_of(events_of([&] { connector.on_offer(gateway_, offer_of("dns", 53, 3)); })),
            8053);
}

// -- a gateway on this machine -------------------------------------------------------------

TEST_F(ConnectorTest, LeavesThePortAtWhichItsGatewayLooksForTheServiceItself) {
  Connector& connector = start(wanting("web"));
  const Offer offer = offer_of("web", free_port(), 0x31323334);
  events_of([&] { connector.on_offer(gateway_, offer); });
  const asio::ip::tcp::endpoint target(own_loopback(), offer.suggested_port);

  // Another gateway's connection is like any program's.
  asio::ip::tcp::socket other(offline_.loop, asio::ip::tcp::v4());
  DialMark(offer.id + 1).set_on(other);
  other.connect(target);
  EXPECT_TRUE(events_of([&] { offline_.run_ready(); }).empty());

  asio::ip::tcp::socket dial(offline_.loop, asio::ip::tcp::v4());
  DialMark(offer.id).set_on(dial);
  dial.connect(target);
  std::vector<nlohmann::json> events = events_of([&] {
    EXPECT_TRUE(offline_.run_until([&] { return !accepts_connections(offer.suggested_port); }));
  });
  EXPECT_EQ(find(events, "own_target")->at("local_port"), offer.suggested_port);
  EXPECT_NE(port_of(events), offer.suggested_port);
  EXPECT_NE(port_of(events), 0);
  asio::error_code error;
  char byte = 0;
  dial.read_some(asio::buffer(&byte, 1), error);
  EXPECT_EQ(error, asio::error::connection_reset);
}

// The datagram would come back through the gateway from ever new ports.
TEST_F(ConnectorTest, LeavesAUdpPortAtWhichItsGatewayLooksForTheServiceItself) {
  Connector& connector = start(wanting("game"));
  const Offer offer = offer_of("game", free_port(), 0x31323334, {false, true});
  ASSERT_EQ(port_of(events_of([&] { connector.on_offer(gateway_, offer); })), offer.suggested_port);
  const asio::ip::udp::endpoint target(own_loopback(), offer.suggested_port);

  asio::ip::udp::socket other(offline_.loop, asio::ip::udp::v4());
  other.connect(target);
  DialMark(offer.id + 1).set_on(other);
  other.send(asio::buffer("hello", 5));
  EXPECT_TRUE(events_of([&] { offline_.run_ready(); }).empty());

  asio::ip::udp::socket leg(offline_.loop, asio::ip::udp::v4());
  leg.connect(target);
  DialMark(offer.id).set_on(leg);
  for (int i = 0; i < 5; ++i) leg.send(asio::buffer("hello", 5));
  const auto events = events_of([&] { offline_.run_ready(); });
  ASSERT_TRUE(find(events, "own_target"));
  EXPECT_EQ(find(events, "own_target")->at("local_port"), offer.suggested_port);
  EXPECT_NE(port_of(events), offer.suggested_port);
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const auto& event) { return event.at("event") == "listening"; }),
            1)
      << "it moves once";
  EXPECT_NO_THROW(asio::ip::udp::socket(offline_.loop, target)) << "it is free";
}

TEST_F(ConnectorTest, ComplainsIfThePortThatWasAskedForIsTheTargetOfTheService) {
  const uint16_t asked = free_port();
  Connector& connector = start(wanting("web=" + std::to_string(asked)));
  const Offer offer = offer_of("web", asked, 0x31323334);
  events_of([&] { connector.on_offer(gateway_, offer); });
  asio::ip::tcp::socket dial(offline_.loop, asio::ip::tcp::v4());
  DialMark(offer.id).set_on(dial);
  dial.connect({own_loopback(), asked});
  events_of([&] { EXPECT_TRUE(offline_.run_until([&] { return !complaints_.empty(); })); });
  EXPECT_FALSE(accepts_connections(asked));
}

}  // namespace
}  // namespace ngcshare::test
