#include "bot/member/connector.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bot/base/dial_mark.h"
#include "bot/base/unix_time.h"
#include "tests/protocol/session/fakes.h"
#include "tests/support/hub_rig.h"
#include "tests/support/keys.h"
#include "tests/support/offline_node.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::key_of;

Offer offer_of(const std::string& name, uint16_t port, MsgId id = 1) {
  Offer offer;
  offer.id = id;
  offer.transports = {true, false};
  offer.suggested_port = port;
  offer.name = name;
  return offer;
}

class ConnectorTest : public testing::Test {
 protected:
  // Returns a member of the group whom no packet reaches.
  Peer peer_of(uint8_t fill) {
    Peer peer;
    peer.chat_id = key_of(0x11);
    peer.key = key_of(fill);
    peer.session = std::make_unique<PeerSession>(nowhere_, offline_.entropy, nobody_,
                                                 PeerSession::Config{}, offline_.hub.now());
    return peer;
  }
  Connector& start(Connector::Config config) {
    config.bind_address = asio::ip::address_v4::loopback();
    connector_.reset();
    begin_run();
    connector_ =
        std::make_unique<Connector>(offline_.hub, *memory_, output_, std::move(config),
                                    [this](const std::string& why) { complaints_.push_back(why); });
    return *connector_;
  }
  // Reads the pins as a start of the program does.
  Pins& begin_run() {
    if (memory_) memory_->end();
    return memory_.emplace(offline_.loop, database_, pins_, unix_seconds);
  }
  // Returns the stored pin, as after the end of the program.
  std::optional<storage::PinRecord> pin_of(const std::string& name) {
    memory_->end();
    return pins_.find(gateway_.chat_id, name);
  }
  // Returns the events that `action` reports.
  template <typename Action>
  std::vector<nlohmann::json> events_of(const Action& action) {
    testing::internal::CaptureStdout();
    action();
    std::istringstream lines(testing::internal::GetCapturedStdout());
    std::vector<nlohmann::json> events;
    for (std::string line; std::getline(lines, line);)
      events.push_back(nlohmann::json::parse(line));
    return events;
  }
  static std::optional<nlohmann::json> find(const std::vector<nlohmann::json>& events,
                                            const std::string& name) {
    for (const auto& event : events) {
      if (event.at("event") == name) return event;
    }
    return std::nullopt;
  }
  uint16_t port_of(const std::vector<nlohmann::json>& events) {
    const auto event = find(events, "listening");
    return event ? event->at("local_port").get<uint16_t>() : uint16_t{0};
  }
  bool accepts_connections(uint16_t port) {
    asio::ip::tcp::socket socket(offline_.loop);
    asio::error_code error;
    socket.connect({asio::ip::address_v4::loopback(), port}, error);
    return !error;
  }
  static std::map<std::string, uint16_t> ports_of_services(
      const std::vector<nlohmann::json>& events) {
    std::map<std::string, uint16_t> ports;
    for (const auto& event : events) {
      if (event.at("event") != "listening") continue;
      ports[event.at("service").get<std::string>()] = event.at("local_port").get<uint16_t>();
    }
    return ports;
  }
  // Returns the first of some successive ports that are free now, outside the kernel's ephemeral
  // ports and different in tests that run at the same time.
  uint16_t free_block(uint16_t count) {
    const auto begin = static_cast<uint16_t>(20000 + ::getpid() % 1000 * 10);
    for (uint16_t first = begin; first < begin + 1000; ++first) {
      PortBlock block{{}, {first}, /*searches=*/false};
      for (int i = 0; i < count; ++i) block.ports.push_back({i, {true, false}});
      asio::error_code error;
      if (bind_block(offline_.loop, asio::ip::address_v4::loopback(), block, error)) return first;
    }
    ADD_FAILURE() << "no free ports from " << begin;
    return 0;
  }
  // Returns a port that is free now.
  uint16_t free_port() {
    asio::ip::tcp::acceptor acceptor(offline_.loop, {asio::ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint().port();
  }

  test::TemporaryFolder folder_;
  test::OfflineNode offline_;
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::PinStore pins_{database_};
  const Output output_{true};
  std::optional<Pins> memory_;
  std::vector<std::string> complaints_;
  std::unique_ptr<Connector> connector_;
  test::FakeContact nowhere_;
  test::ScriptedHandler nobody_;
  Peer gateway_ = peer_of(0xAA);
  Peer other_ = peer_of(0xBB);
};

Connector::Config wanting(const std::string& text) {
  Connector::Config config;
  config.wanted.push_back(std::get<WantedService>(parse_wanted(text)));
  return config;
}

Connector::Config wanting_all() {
  Connector::Config config;
  config.all = true;
  return config;
}

TEST_F(ConnectorTest, ListensOnTheSuggestedPortWhileTheOfferStands) {
  Connector& connector = start(wanting("web"));
  EXPECT_EQ(connector.missing(), std::vector<std::string>{"web"});
  const uint16_t port = free_port();
  const auto events = events_of([&] { connector.on_offer(gateway_, offer_of("web", port)); });
  EXPECT_EQ(port_of(events), port);
  EXPECT_TRUE(accepts_connections(port));
  EXPECT_TRUE(connector.missing().empty());
  EXPECT_NE(connector.table().find("127.0.0.1:" + std::to_string(port)), std::string::npos);

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
  asio::ip::tcp::acceptor holder(offline_.loop, {asio::ip::address_v4::loopback(), 0});
  const uint16_t taken = holder.local_endpoint().port();
  const auto events = events_of([&] { connector.on_offer(gateway_, offer_of("web", taken)); });
  EXPECT_GT(port_of(events), taken);
  EXPECT_TRUE(complaints_.empty());
}

TEST_F(ConnectorTest, ComplainsWhenTheNamedPortIsTaken) {
  asio::ip::tcp::acceptor holder(offline_.loop, {asio::ip::address_v4::loopback(), 0});
  const std::string port = std::to_string(holder.local_endpoint().port());
  Connector& connector = start(wanting("web=" + port));
  const auto events =
      events_of([&] { connector.on_offer(gateway_, offer_of("web", free_port())); });
  EXPECT_EQ(port_of(events), 0);
  ASSERT_EQ(complaints_.size(), 1U);
  EXPECT_NE(complaints_[0].find("127.0.0.1:" + port), std::string::npos) << complaints_[0];
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
  asio::ip::tcp::acceptor holder(offline_.loop, {asio::ip::address_v4::loopback(), second});
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

TEST_F(ConnectorTest, OpensAPortByItselfWhenItsDistanceCannotBeKept) {
  const uint16_t asked = free_block(2);
  const auto second = static_cast<uint16_t>(asked + 1);
  asio::ip::tcp::acceptor holder(offline_.loop, {asio::ip::address_v4::loopback(), second});
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

// If it took one, any member could add a port to a service that is in use.
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
  config.bind_address = asio::ip::address_v4::loopback();
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
    asio::ip::tcp::acceptor holder(offline_.loop, {asio::ip::address_v4::loopback(), suggested});
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
    config.bind_address = asio::ip::address_v4::loopback();
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
  client.connect({asio::ip::address_v4::loopback(), port});
  EXPECT_TRUE(offline_.run_until([&] { return peer.session->mapping_count() == 1; }));
  EXPECT_EQ(contact->packets.count<Accept>(), 1U);
  events_of([&] { offline_.hub.shut_down(); });
  offline_.run_ready();
}

// -- a gateway on this machine -------------------------------------------------------------

TEST_F(ConnectorTest, LeavesThePortAtWhichItsGatewayLooksForTheServiceItself) {
  Connector& connector = start(wanting("web"));
  const Offer offer = offer_of("web", free_port(), 0x31323334);
  events_of([&] { connector.on_offer(gateway_, offer); });
  const asio::ip::tcp::endpoint target(asio::ip::address_v4::loopback(), offer.suggested_port);

  // Another gateway's connection is like any program's.
  asio::ip::tcp::socket other(offline_.loop, asio::ip::tcp::v4());
  set_dial_mark(other, dial_mark(offer.id + 1));
  other.connect(target);
  EXPECT_TRUE(events_of([&] { offline_.run_ready(); }).empty());

  asio::ip::tcp::socket dial(offline_.loop, asio::ip::tcp::v4());
  set_dial_mark(dial, dial_mark(offer.id));
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

TEST_F(ConnectorTest, ComplainsIfThePortThatWasAskedForIsTheTargetOfTheService) {
  const uint16_t asked = free_port();
  Connector& connector = start(wanting("web=" + std::to_string(asked)));
  const Offer offer = offer_of("web", asked, 0x31323334);
  events_of([&] { connector.on_offer(gateway_, offer); });
  asio::ip::tcp::socket dial(offline_.loop, asio::ip::tcp::v4());
  set_dial_mark(dial, dial_mark(offer.id));
  dial.connect({asio::ip::address_v4::loopback(), asked});
  events_of([&] { EXPECT_TRUE(offline_.run_until([&] { return !complaints_.empty(); })); });
  EXPECT_FALSE(accepts_connections(asked));
}

}  // namespace
}  // namespace ngcshare
