#include "bot/member/connector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

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
    connector_ =
        std::make_unique<Connector>(offline_.hub, pins_, output_, std::move(config),
                                    [this](const std::string& why) { complaints_.push_back(why); });
    return *connector_;
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
  std::vector<std::string> complaints_;
  std::unique_ptr<Connector> connector_;
  test::FakeContact nowhere_;
  test::ScriptedHandler nobody_;
  Peer gateway_ = peer_of(0xAA);
  Peer other_ = peer_of(0xBB);
};

Connector::Config wanting(const std::string& text) {
  Connector::Config config;
  config.wanted.push_back(*parse_wanted(text));
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
  EXPECT_FALSE(pins_.find(gateway_.chat_id, "web")) << "looking is not choosing";
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

TEST_F(ConnectorTest, GivesTheLocalPortThatWasAskedForToTheFirst) {
  const uint16_t asked = free_port();
  Connector& connector = start(wanting("game=" + std::to_string(asked)));
  const uint16_t suggested = free_port();
  EXPECT_EQ(
      port_of(events_of([&] { connector.on_offer(gateway_, offer_of("game", free_port(), 1)); })),
      asked);
  EXPECT_EQ(
      port_of(events_of([&] { connector.on_offer(gateway_, offer_of("game:9", suggested, 2)); })),
      suggested);
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
  Connector& connector = start(wanting_all());
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
  Connector connector(offline_.hub, pins_, text, std::move(config), [](const std::string&) {});
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
  Connector& connector = start(wanting_all());
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
  EXPECT_EQ(pins_.find(gateway_.chat_id, "web")->gateway_key, gateway_.key);
}

TEST_F(ConnectorTest, TrustsAnotherGatewayThatTheUserNames) {
  pins_.put({gateway_.chat_id, "web", gateway_.key, {}, 0});
  Connector& connector = start(wanting("web@" + to_hex(other_.key).substr(0, 16)));
  const auto refused =
      events_of([&] { connector.on_offer(gateway_, offer_of("web", free_port())); });
  EXPECT_FALSE(find(refused, "listening"));
  const auto events =
      events_of([&] { connector.on_offer(other_, offer_of("web", free_port(), 7)); });
  EXPECT_TRUE(find(events, "listening"));
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

}  // namespace
}  // namespace ngcshare
