// Ends that a peer causes while local programs are connected: each closes ports or connections that
// may be the cause of the end.
#include <gtest/gtest.h>

#include "bot/member/connector.h"
#include "tests/support/hub_rig.h"
#include "tests/support/loop_rig.h"
#include "tests/support/own_loopback.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/udp_rig.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::kAlice;
using test::kOfferOfPeer;

// A member that uses every service of one peer, which the tests play.
class ConnectorEndsTest : public test::HubRig {
 protected:
  ConnectorEndsTest() {
    Connector::Config config;
    config.all = true;
    config.bind_address = test::own_loopback();
    connector_ = std::make_unique<Connector>(hub_, pins_, output_, std::move(config),
                                             [](const std::string& why) { FAIL() << why; });
    hub_.set_offer_user(connector_.get());
    testing::internal::CaptureStdout();
  }
  ~ConnectorEndsTest() override {
    testing::internal::GetCapturedStdout();
    hub_.set_offer_user(nullptr);
    connector_.reset();
    hub_.shut_down();
    settle();
  }

  // Offers a udp service as a base peer does, and connects a local program to it.
  void connect(Peer& peer, const Offer& offer) {
    receive(peer, offer);
    hub_.pump();
    program_.send({1}, local(offer.name));
    ASSERT_TRUE(run_until([&] { return !accepts().empty(); }));
    receive(peer, AckAcc{mapping_of(accepts().back()), offer.extension});
    settle();
  }
  static Offer udp_offer(std::optional<Extension> extension = {}) {
    return {kOfferOfPeer, {false, true}, 0, "game", std::move(extension)};
  }
  // The extension of a peer that says Hello and has no MULTI.
  static Extension without_multi() {
    Extension extension;
    extension.epoch = 77;
    return extension;
  }
  std::vector<Accept> accepts() const { return contact_->packets.all<Accept>(); }
  static MsgId mapping_of(const Accept& accept) {
    return accept.extension && accept.extension->mapping_id ? *accept.extension->mapping_id
                                                            : accept.offer_id;
  }
  // Returns the local address of a service, from the connector's table.
  asio::ip::udp::endpoint local(const std::string& name) const {
    const std::string table = connector_->table();
    const size_t row = table.find("\n" + name);
    const size_t colon = row == std::string::npos ? row : table.find(kAddress, row);
    if (colon == std::string::npos) return {};
    const int port = std::stoi(table.substr(colon + kAddress.size()));
    return {test::own_loopback(), static_cast<uint16_t>(port)};
  }
  size_t open_ports() const {
    const std::string table = connector_->table();
    size_t open = 0;
    for (size_t at = 0; (at = table.find(kAddress, at)) != std::string::npos; ++at) ++open;
    return open;
  }
  template <typename Condition>
  bool run_until(const Condition& holds) {
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      loop_.restart();
      loop_.run_one_for(100ms);
    }
    return true;
  }
  void settle() {
    loop_.restart();
    for (int i = 0; i < 10; ++i) loop_.poll();
    hub_.pump();
  }

  test::TemporaryFolder folder_;
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::PinStore pin_store_{database_};
  int64_t seconds_ = 0;
  Pins pins_{loop_, database_, pin_store_, [this] { return ++seconds_; }};
  const Output output_{true};
  const std::string kAddress = test::own_loopback().to_string() + ":";
  std::unique_ptr<Connector> connector_;
  test::UdpProgram program_{loop_};
};

TEST_F(ConnectorEndsTest, AKillOfTheOfferThatAFlowHasUsedUp) {
  Peer& peer = join(kAlice);
  connect(peer, udp_offer());
  receive(peer, Kill{kOfferOfPeer, KillReason::kClosed});
  settle();
  EXPECT_EQ(connector_->offer_count(), 0U);
}

TEST_F(ConnectorEndsTest, TheOwnEndDuringAFlow) {
  Peer& peer = join(kAlice);
  connect(peer, udp_offer());
  hub_.shut_down();
  EXPECT_EQ(contact_->packets.kills(kOfferOfPeer, KillReason::kShutdown), 1U);
}

TEST_F(ConnectorEndsTest, TheSameOfferWithOtherTransportsDuringAFlow) {
  Peer& peer = join(kAlice);
  connect(peer, udp_offer());
  Offer both = udp_offer();
  both.transports = {true, true};
  receive(peer, both);
  settle();
  EXPECT_EQ(connector_->offer_count(), 0U) << "the flow had used the offer up";
  EXPECT_EQ(contact_->packets.kills(kOfferOfPeer, KillReason::kIdle), 1U);
}

TEST_F(ConnectorEndsTest, AnOfferIdThatComesAgainUnderAnotherName) {
  Peer& peer = join(kAlice);
  connect(peer, udp_offer());
  Offer renamed = udp_offer();
  renamed.name = "other";
  receive(peer, renamed);
  settle();
  EXPECT_EQ(connector_->offer_count(), 1U);
  EXPECT_EQ(local("other").port(), 0);
  hub_.leave(peer);
  settle();
  EXPECT_EQ(connector_->offer_count(), 0U);
}

TEST_F(ConnectorEndsTest, SilenceOfAPeerWithoutMultiDuringAFlow) {
  Peer& peer = join(kAlice);
  connect(peer, udp_offer(without_multi()));
  receive(peer, Hello{77, 0, 0, 0, 0, 0, false});
  for (int second = 0; second < 60; ++second) {
    advance(1s);
    settle();
  }
  EXPECT_EQ(local("game").port(), 0);
}

// One flow has the offer's id, the other one an id of its own.
TEST_F(ConnectorEndsTest, MultiThatIsTakenOffDuringAFlow) {
  Peer& peer = join(kAlice);
  Extension multi = without_multi();
  multi.capabilities = kCapMulti;
  connect(peer, udp_offer(multi));
  receive(peer, udp_offer(without_multi()));
  receive(peer, Hello{77, 0, 0, 0, 0, 0, false});
  settle();
  test::UdpProgram second(loop_);
  second.send({2}, local("game"));
  ASSERT_TRUE(run_until([&] { return accepts().size() >= 2; }));
  EXPECT_NE(mapping_of(accepts().front()), mapping_of(accepts().back()));
  receive(peer, AckAcc{mapping_of(accepts().back()), {}});
  receive(peer, Kill{kOfferOfPeer, KillReason::kClosed});
  settle();
  EXPECT_EQ(connector_->offer_count(), 0U);
  EXPECT_EQ(peer.session->mapping_count(), 0U);
}

TEST_F(ConnectorEndsTest, APeerThatLeavesAndComesAgainDuringAFlow) {
  connect(join(kAlice), udp_offer());
  hub_.leave(*hub_.find(kAlice));
  Peer& again = join(kAlice);
  settle();
  EXPECT_EQ(connector_->offer_count(), 0U);
  connect(again, udp_offer());
  EXPECT_EQ(again.session->mapping_count(), 1U);
}

// Names without end: each is taken back before the next one, or is one too many.
TEST_F(ConnectorEndsTest, OffersThatAreTakenBackAndComeUnderOtherNamesStayBounded) {
  Peer& peer = join(kAlice);
  for (MsgId id = 1; id <= 400; ++id) {
    Offer offer = udp_offer();
    offer.id = id;
    offer.name = "name" + std::to_string(id);
    receive(peer, offer);
    if (id % 2 == 0) receive(peer, Kill{id, KillReason::kWithdrawn});
    hub_.pump();
    ASSERT_LE(connector_->offer_count(), kMaxOffersHeard);
  }
  EXPECT_LE(pins_.size(), Pins::kMostOfGateway);
  EXPECT_TRUE(pin_store_.list().empty()) << "nothing is written at once";
  pins_.end();
  EXPECT_EQ(pin_store_.list().size(), pins_.size());
  hub_.leave(peer);
  settle();
  EXPECT_EQ(connector_->offer_count(), 0U);
}

TEST_F(ConnectorEndsTest, APortThatItsGatewayClosesAllTheTimeWaitsAndIsOpenAgainLater) {
  Peer& peer = join(kAlice);
  MsgId id = kOfferOfPeer;
  const auto offer_again = [&] {
    Offer offer = udp_offer();
    offer.id = id += 0x100;
    receive(peer, offer);
    hub_.pump();
  };
  size_t opened = 0;
  for (; opened < 10'000; ++opened) {
    offer_again();
    if (local("game").port() == 0) break;
    receive(peer, Kill{id, KillReason::kWithdrawn});
    hub_.pump();
  }
  EXPECT_EQ(static_cast<double>(opened), OpeningBudget::kBurst);
  connector_->open_waiting();
  EXPECT_EQ(local("game").port(), 0);
  now_ += 1s;
  connector_->open_waiting();
  EXPECT_NE(local("game").port(), 0);
}

// It was not its own when it had to wait.
TEST_F(ConnectorEndsTest, ANameThatHasAnOwnerMeanwhileIsNotOpenedAfterTheWait) {
  Peer& peer = join(kAlice);
  Offer offer = udp_offer();
  offer.name = "mine";
  for (int i = 0; i < OpeningBudget::kBurst; ++i, offer.id += 0x100) {
    receive(peer, offer);
    hub_.pump();
    receive(peer, Kill{offer.id, KillReason::kWithdrawn});
    hub_.pump();
  }
  offer.name = "theirs";
  receive(peer, offer);
  hub_.pump();
  ASSERT_EQ(local("theirs").port(), 0);
  Peer& owner = join(test::kBob);
  receive(owner, offer);
  hub_.pump();
  EXPECT_EQ(pins_.find(kAlice.chat_id, "theirs")->gateway_key, test::kBob.key);
  now_ += 10s;
  connector_->open_waiting();
  EXPECT_EQ(pins_.find(kAlice.chat_id, "theirs")->gateway_key, test::kBob.key);
  const std::string table = connector_->table();
  EXPECT_EQ(table.find(kAddress), table.rfind(kAddress)) << table;
}

TEST_F(ConnectorEndsTest, PortsOfStrangersStayBounded) {
  for (uint8_t stranger = 0; stranger < 4; ++stranger) {
    Peer& peer = join({kAlice.chat_id, test::key_of(stranger)});
    for (MsgId id = 1; id <= 100; ++id) {
      Offer offer = udp_offer();
      offer.id = id;
      offer.name = std::to_string(stranger) + " " + std::to_string(id);
      receive(peer, offer);
    }
    hub_.pump();
  }
  EXPECT_EQ(open_ports(), Connector::kMostUnknown);
}

// The ports that were one too many belong to a service of which there is room for one more later.
TEST_F(ConnectorEndsTest, PortsOfAStrangersServiceStayBounded) {
  Offer offer = udp_offer();
  for (uint8_t stranger = 0; stranger < 4; ++stranger) {
    Peer& peer = join({kAlice.chat_id, test::key_of(stranger)});
    for (uint16_t port = 1; port <= 100; ++port) {
      offer.id += 0x100;
      offer.suggested_port = port;
      offer.name = "of" + std::to_string(stranger) + ":" + std::to_string(port);
      receive(peer, offer);
    }
    hub_.pump();
  }
  EXPECT_EQ(open_ports(), Connector::kMostUnknown);
  hub_.leave(*hub_.find({kAlice.chat_id, test::key_of(0)}));
  hub_.pump();
  EXPECT_EQ(open_ports(), Connector::kMostUnknown - 100);
  Peer& last = *hub_.find({kAlice.chat_id, test::key_of(2)});
  for (uint16_t port = 1; port <= 100; ++port) {
    offer.id += 0x100;
    offer.suggested_port = port;
    offer.name = "of2:" + std::to_string(port);
    receive(last, offer);
    hub_.pump();
    ASSERT_LE(open_ports(), Connector::kMostUnknown);
  }
  Peer& further = *hub_.find({kAlice.chat_id, test::key_of(3)});
  offer.id += 0x100;
  offer.name = "of3:1000";
  receive(further, offer);
  hub_.pump();
  EXPECT_EQ(open_ports(), Connector::kMostUnknown);
}

}  // namespace
}  // namespace ngcshare
