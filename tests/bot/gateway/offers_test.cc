// The offers that each peer gets, and their changes.
#include "tests/support/gateway_rig.h"

namespace ngcshare {
namespace {

using storage::RuleEffect;
using storage::ServicePolicy;
using storage::ServiceRecord;

class GatewayOffers : public test::GatewayRig {
 protected:
  void rule(const std::string& name, const Person& person, RuleEffect effect) {
    access_.set_rule({gateway_.find(name).value().id, person, effect, {}});
  }
  // An Offer made to all of the group has the same id for everybody.
  bool is_public(const std::string& name, uint16_t port, PeerNumber one, PeerNumber other) {
    return offered(one, name, port)->id == offered(other, name, port)->id;
  }
};

TEST_F(GatewayOffers, AreMadeToAllAtOnceWhereEverybodyMay) {
  join(1);
  join(2);
  share("web", {{80, 80, true, false}});
  ASSERT_TRUE(is_offered(1, "web", 80) && is_offered(2, "web", 80));
  EXPECT_TRUE(is_public("web", 80, 1, 2));
  join(3);
  EXPECT_TRUE(is_public("web", 80, 1, 3)) << "a public Kill will end it for later ones, too";
}

TEST_F(GatewayOffers, AreMadeToEachAloneWhereSomebodyMayNot) {
  ban(join(1));
  join(2);
  join(3);
  share("web", {{80, 80, true, false}});
  EXPECT_FALSE(is_offered(1, "web", 80));
  ASSERT_TRUE(is_offered(2, "web", 80) && is_offered(3, "web", 80));
  EXPECT_FALSE(is_public("web", 80, 2, 3));
}

TEST_F(GatewayOffers, OfAListReachOnlyThoseOnIt) {
  const Person listed = join(1);
  join(2);
  const Person later = person_of(3);
  share("web", {{80, 80, true, false}});
  change("web", [](ServiceRecord& record) { record.policy = ServicePolicy::kList; });
  EXPECT_FALSE(is_offered(1, "web", 80) || is_offered(2, "web", 80));
  rule("web", listed, RuleEffect::kAllow);
  rule("web", later, RuleEffect::kAllow);
  gateway_.review();
  join(3);
  EXPECT_TRUE(is_offered(1, "web", 80) && is_offered(3, "web", 80));
  EXPECT_FALSE(is_offered(2, "web", 80));
  EXPECT_FALSE(is_public("web", 80, 1, 3));
  access_.clear_rule(gateway_.find("web")->id, listed);
  gateway_.review();
  EXPECT_FALSE(is_offered(1, "web", 80));
  EXPECT_TRUE(is_offered(3, "web", 80));
}

TEST_F(GatewayOffers, OfAListAreMadeToEachAloneEvenWhenAllAreOnIt) {
  const Person first = join(1);
  const Person second = join(2);
  share("web", {{80, 80, true, false}});
  change("web", [](ServiceRecord& record) { record.policy = ServicePolicy::kList; });
  rule("web", first, RuleEffect::kAllow);
  rule("web", second, RuleEffect::kAllow);
  gateway_.review();
  ASSERT_TRUE(is_offered(1, "web", 80) && is_offered(2, "web", 80));
  EXPECT_FALSE(is_public("web", 80, 1, 2));
}

TEST_F(GatewayOffers, AreTakenBackFromTheBannedAndComeBackWithTheBansEnd) {
  const Person person = join(1);
  join(2);
  share("web", {{80, 80, true, false}});
  const MsgId before = offered(2, "web", 80)->id;
  ban(person);
  gateway_.review();
  EXPECT_FALSE(is_offered(1, "web", 80));
  ASSERT_TRUE(is_offered(2, "web", 80));
  EXPECT_EQ(offered(2, "web", 80)->id, before) << "the other one was not disturbed";
  access_.unban(person);
  gateway_.review();
  ASSERT_TRUE(is_offered(1, "web", 80));
  EXPECT_NE(offered(1, "web", 80)->id, before) << "its Kill may still be on its way";
}

TEST_F(GatewayOffers, AreNotMadeToTheBannedWhoJoin) {
  share("web", {{80, 80, true, false}});
  ban(person_of(1));
  join(1);
  EXPECT_FALSE(is_offered(1, "web", 80));
}

TEST_F(GatewayOffers, FollowTheRoleInTheGroup) {
  join(1, Role::kObserver);
  join(2, Role::kModerator);
  share("web", {{80, 80, true, false}});
  EXPECT_FALSE(is_offered(1, "web", 80));
  EXPECT_TRUE(is_offered(2, "web", 80));
  peer(1).role = Role::kUser;
  peer(2).role = Role::kObserver;
  gateway_.review();
  EXPECT_TRUE(is_offered(1, "web", 80));
  EXPECT_FALSE(is_offered(2, "web", 80));
  change("web", [](ServiceRecord& record) { record.observers = true; });
  EXPECT_TRUE(is_offered(2, "web", 80));
}

TEST_F(GatewayOffers, EndWithTheServiceAndWhileItIsDisabled) {
  join(1);
  share("web", {{80, 80, true, false}});
  change("web", [](ServiceRecord& record) { record.enabled = false; });
  EXPECT_FALSE(is_offered(1, "web", 80));
  change("web", [](ServiceRecord& record) { record.enabled = true; });
  EXPECT_TRUE(is_offered(1, "web", 80));
  const ServiceKey key = service_key(gateway_.find("web")->id, 80);
  gateway_.unshare("web");
  EXPECT_EQ(session(1).offered(key), nullptr);
}

TEST_F(GatewayOffers, OfAnotherGroupAreNotMade) {
  Key other{};
  other.fill(0x77);
  groups_.put({other, "others"});
  join(1);
  ASSERT_FALSE(gateway_.share({"web", "127.0.0.1", {{80, 80, true, false}}}, other, {}));
  EXPECT_FALSE(is_offered(1, "web", 80));
}

TEST_F(GatewayOffers, OfManyPortsHaveOneNameEach) {
  join(1);
  share("game", {{25565, 25566, true, false}, {25566, 25567, false, true}});
  const struct {
    uint16_t port;
    const char* name;
    TransportSet transports;
  } expected[] = {{25565, "game", {true, false}},
                  {25566, "game:25566", {true, true}},
                  {25567, "game:25567", {false, true}}};
  for (const auto& row : expected) {
    const Offer* const offer = offered(1, "game", row.port);
    ASSERT_NE(offer, nullptr) << row.port;
    EXPECT_EQ(offer->name, row.name);
    EXPECT_EQ(offer->suggested_port, row.port);
    EXPECT_EQ(offer->transports, row.transports) << row.port;
  }
}

TEST_F(GatewayOffers, FollowTheServicesPorts) {
  join(1);
  share("game", {{80, 81, true, false}});
  change("game", [](ServiceRecord& record) { record.ports = {{81, 82, true, false}}; });
  EXPECT_FALSE(is_offered(1, "game", 80));
  ASSERT_TRUE(is_offered(1, "game", 81) && is_offered(1, "game", 82));
  EXPECT_EQ(offered(1, "game", 81)->name, "game") << "it is the first port now";
  EXPECT_EQ(offered(1, "game", 82)->name, "game:82");
}

TEST_F(GatewayOffers, CarryTheDescription) {
  join(1);
  share("web", {{80, 81, true, false}});
  const MsgId before = offered(1, "web", 80)->id;
  change("web", [](ServiceRecord& record) { record.description = "Sundays at eight"; });
  EXPECT_EQ(offered(1, "web", 80)->extension->description, "Sundays at eight");
  EXPECT_EQ(offered(1, "web", 80)->id, before);
  EXPECT_FALSE(offered(1, "web", 81)->extension->description);
  change("web", [](ServiceRecord& record) { record.description = "two\nlines"; });
  EXPECT_FALSE(offered(1, "web", 80)->extension->description);
}

// Keeps the packets that go to a whole group.
struct PublicPackets : PublicSender {
  SendResult send_public(const Key& /*chat_id*/, const Packet& packet) override {
    if (const auto* const offer = std::get_if<Offer>(&packet)) offers.push_back(offer->id);
    return SendResult::kSent;
  }
  std::vector<MsgId> offers;
};

// Otherwise the public one takes the place of the one that stands, which is then an old one.
TEST_F(GatewayOffers, AreNotMadePubliclyUnderAnotherIdThanTheOneThatStands) {
  share("web", {{80, 80, true, false}});
  join(1);
  join(2);
  const MsgId before = offered(1, "web", 80)->id;
  PublicPackets sent;
  hub_.set_public_sender(&sent);
  change("web", [](ServiceRecord& record) { record.description = "news"; });
  hub_.set_public_sender(nullptr);
  EXPECT_EQ(offered(1, "web", 80)->id, before);
  EXPECT_TRUE(sent.offers.empty());
}

TEST_F(GatewayOffers, AreMadePubliclyAgainUnderTheIdThatStands) {
  join(1);
  share("web", {{80, 80, true, false}});
  join(2);
  PublicPackets sent;
  hub_.set_public_sender(&sent);
  change("web", [](ServiceRecord& record) { record.description = "news"; });
  hub_.set_public_sender(nullptr);
  EXPECT_EQ(sent.offers, std::vector{offered(1, "web", 80)->id});
}

TEST_F(GatewayOffers, OfOneGroupAloneEndWhenItIsLeft) {
  join(1);
  share("everywhere", {{80, 80, true, false}});
  ASSERT_FALSE(gateway_.share({"here", "127.0.0.1", {{81, 81, true, false}}}, chat_id_, {}));
  EXPECT_EQ(gateway_.names(), (std::vector<std::string>{"everywhere", "here"}));
  ASSERT_TRUE(is_offered(1, "here", 81));
  const auto key = service_key(gateway_.find("here")->id, 81);
  gateway_.leave_group(chat_id_);
  EXPECT_EQ(gateway_.names(), std::vector<std::string>{"everywhere"});
  EXPECT_EQ(session(1).offered(key), nullptr);
  EXPECT_TRUE(is_offered(1, "everywhere", 80));
}

// A new Offer has a new id, so a peer would be asked again about an offer that it has declined.
TEST_F(GatewayOffers, ThatStandUnchangedAreNotMadeAgain) {
  for (PeerNumber number = 1; number <= 20; ++number) join(number);
  for (uint16_t port = 1; port <= 100; ++port) {
    share("s" + std::to_string(port), {{port, port, true, false}});
  }
  const MsgId before = offered(20, "s100", 100)->id;
  receive(20, Kill{before, KillReason::kDenied});
  gateway_.review();
  EXPECT_EQ(offered(20, "s100", 100)->id, before);
  change("s100", [](ServiceRecord& record) { record.description = "news"; });
  EXPECT_NE(offered(20, "s100", 100)->id, before);
}

}  // namespace
}  // namespace ngcshare
