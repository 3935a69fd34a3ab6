#include "bot/peers/session_hub.h"

#include <chrono>

#include "tests/support/hub_rig.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using storage::Person;
using test::kAlice;
using test::kBob;
using test::kCarolElsewhere;

class SessionHubTest : public test::HubRig {};

// -- coming and going --------------------------------------------------------------------------

TEST_F(SessionHubTest, WelcomesAPeerAndFindsItByItsKeys) {
  Peer& alice = join(kAlice, Role::kModerator);
  EXPECT_EQ(listener_.joined, std::vector<Person>{kAlice});
  EXPECT_EQ(hub_.find(kAlice), &alice);
  EXPECT_EQ(alice.person(), kAlice);
  EXPECT_EQ(alice.role, Role::kModerator);
  EXPECT_EQ(hub_.find(kBob), nullptr);
  EXPECT_EQ(hub_.find({kCarolElsewhere.chat_id, kAlice.key}), nullptr);
}

TEST_F(SessionHubTest, DrawsAnEpochForEachSession) {
  join(kAlice).session->offer(7, {0, {true, false}, 80, "web", {}}, {}, false, now_);
  const auto alices = contact_;
  join(kBob).session->offer(7, {0, {true, false}, 80, "web", {}}, {}, false, now_);
  hub_.pump();
  const auto first = alices->packets.all<Offer>();
  const auto second = contact_->packets.all<Offer>();
  ASSERT_FALSE(first.empty() || second.empty());
  EXPECT_TRUE(first[0].extension->epoch);
  EXPECT_NE(first[0].extension->epoch, second[0].extension->epoch);
  EXPECT_FALSE(hub_.public_extension().epoch);
}

TEST_F(SessionHubTest, RemovesAPeerThatLeavesAtOnceAndDestroysItWithTheNextPump) {
  Peer& alice = join(kAlice);
  receive(alice, test::offer_of_peer());
  hub_.leave(alice);
  EXPECT_EQ(hub_.find(kAlice), nullptr);
  EXPECT_FALSE(contact_->destroyed);
  hub_.pump();
  ASSERT_EQ(listener_.gone.size(), 1U);
  EXPECT_EQ(listener_.gone[0].first, kAlice);
  EXPECT_TRUE(contact_->destroyed);
}

TEST_F(SessionHubTest, RemovesALostPeerForWhichNoConnectionWaits) {
  Peer& alice = join(kAlice);
  receive(alice, test::offer_of_peer());
  hub_.lose(alice);
  EXPECT_EQ(hub_.find(kAlice), nullptr);
  loop_.poll();
  EXPECT_EQ(listener_.gone.size(), 1U) << "without another pump";
}

TEST_F(SessionHubTest, KeepsALostPeerForItsConnections) {
  Peer& alice = join(kAlice);
  ASSERT_NE(open(alice), nullptr);
  hub_.lose(alice);
  ASSERT_EQ(hub_.find(kAlice), &alice);
  EXPECT_TRUE(alice.absent_until);
  EXPECT_TRUE(contact_->absent);
  EXPECT_TRUE(sink_.closed.empty());
  EXPECT_TRUE(listener_.gone.empty());

  contact_->absent = false;
  hub_.come_back(alice, Role::kObserver);
  EXPECT_EQ(hub_.find(kAlice), &alice);
  EXPECT_FALSE(alice.absent_until);
  EXPECT_EQ(alice.role, Role::kObserver);
  EXPECT_EQ(alice.session->mapping_count(), 1U);
  EXPECT_EQ(listener_.joined, (std::vector<Person>{kAlice, kAlice}));
  advance(SessionHub::kKeepAbsent + 1s);
  EXPECT_EQ(hub_.find(kAlice), &alice);
}

TEST_F(SessionHubTest, GivesALostPeerUpAfterTwoMinutes) {
  Peer& alice = join(kAlice);
  ASSERT_NE(open(alice), nullptr);
  hub_.lose(alice);
  advance(119s);
  EXPECT_EQ(hub_.find(kAlice), &alice);
  advance(1s);
  EXPECT_EQ(hub_.find(kAlice), nullptr);
  EXPECT_EQ(sink_.closed, std::vector{KillReason::kPeerLeft});
  EXPECT_EQ(listener_.gone.size(), 1U);
  EXPECT_TRUE(contact_->destroyed);
}

TEST_F(SessionHubTest, GivesEachLostPeerItsOwnTwoMinutes) {
  ASSERT_NE(open(join(kAlice)), nullptr);
  ASSERT_NE(open(join(kBob)), nullptr);
  hub_.lose(*hub_.find(kAlice));
  advance(60s);
  hub_.lose(*hub_.find(kBob));
  advance(60s);
  EXPECT_EQ(hub_.find(kAlice), nullptr);
  ASSERT_NE(hub_.find(kBob), nullptr);
  advance(60s);
  EXPECT_EQ(hub_.find(kBob), nullptr);
}

TEST_F(SessionHubTest, LeavesAGroupWithAllItsPeersAndSaysFarewell) {
  Peer& alice = join(kAlice);
  const auto alices = contact_;
  ASSERT_NE(open(alice), nullptr);
  ASSERT_NE(open(join(kBob)), nullptr);
  hub_.lose(*hub_.find(kBob));
  Peer& carol = join(kCarolElsewhere);
  hub_.leave_all(kAlice.chat_id);
  EXPECT_EQ(hub_.find(kAlice), nullptr);
  EXPECT_EQ(hub_.find(kBob), nullptr);
  EXPECT_EQ(hub_.find(kCarolElsewhere), &carol);
  EXPECT_GE(alices->packets.count<Kill>(), 1U);
  EXPECT_TRUE(sink_.closed.empty());
  hub_.pump();
  EXPECT_EQ(sink_.closed.size(), 2U);
  EXPECT_TRUE(alices->destroyed);
  EXPECT_FALSE(contact_->destroyed);
}

// -- packets and turns -------------------------------------------------------------------------

TEST_F(SessionHubTest, HandsPacketsToTheSessionOfTheirPeer) {
  Peer& alice = join(kAlice);
  Peer& bob = join(kBob);
  receive(bob, test::offer_of_peer());
  hub_.pump();
  EXPECT_EQ(listener_.offers, (std::vector<std::pair<Person, MsgId>>{{kBob, test::kOfferOfPeer}}));
  EXPECT_TRUE(alice.session->offers_heard().empty());
  EXPECT_EQ(bob.session->offers_heard().size(), 1U);
}

TEST_F(SessionHubTest, RunsTheTimersOfAllSessions) {
  Peer& alice = join(kAlice);
  ASSERT_NE(ask(alice), nullptr);
  hub_.pump();
  const size_t before = contact_->packets.sent.size();
  advance(2s);  // nobody has acknowledged: it is sent again
  EXPECT_GT(contact_->packets.sent.size(), before);
}

TEST_F(SessionHubTest, PumpsASessionOnceForManyWrites) {
  Peer& alice = join(kAlice);
  Mapping* const mapping = open(alice);
  ASSERT_NE(mapping, nullptr);
  hub_.pump();
  loop_.poll();
  loop_.restart();
  const size_t before = contact_->packets.sent.size();
  const std::vector<uint8_t> bytes(100, 1);
  for (int i = 0; i < 5; ++i) mapping->write(bytes);
  EXPECT_TRUE(alice.has_turn);
  EXPECT_EQ(contact_->packets.sent.size(), before);
  EXPECT_EQ(loop_.poll(), 1U);
  EXPECT_FALSE(alice.has_turn);
  EXPECT_GT(contact_->packets.sent.size(), before);
}

TEST_F(SessionHubTest, LeavesIdlePeersAloneWhenOthersAreBusy) {
  Peer& busy = join(kAlice);
  const auto busy_contact = contact_;
  Peer& idle = join(kBob);
  for (Peer* const peer : {&busy, &idle}) receive(*peer, test::offer_of_peer());
  hub_.pump();
  loop_.poll();
  loop_.restart();
  hub_.pump();
  const int of_busy = busy_contact->path_checks;
  const int of_idle = contact_->path_checks;
  for (int i = 0; i < 100; ++i) {
    now_ += 1s;
    receive(busy, test::offer_of_peer());
    hub_.pump();
  }
  EXPECT_EQ(busy_contact->path_checks, of_busy + 100);
  EXPECT_EQ(contact_->path_checks, of_idle);
}

TEST_F(SessionHubTest, GivesTurnsToPeersThatWaitForRoomUntilThereIsSome) {
  Peer& alice = join(kAlice);
  contact_->packets.lossless_room = 0;
  alice.session->offer(7, {0, {true, false}, 80, "web", {}}, {}, false, now_);
  hub_.rearm(*alice.session);
  for (int i = 0; i < 5; ++i) hub_.pump();
  EXPECT_EQ(contact_->packets.count<Offer>(), 0U);
  contact_->packets.lossless_room = test::FakeContact::kUnlimited;
  hub_.pump();
  EXPECT_EQ(contact_->packets.count<Offer>(), 1U);
}

TEST_F(SessionHubTest, ForgetsAPeerThatLeavesWhileItWaitsForRoom) {
  Peer& alice = join(kAlice);
  contact_->packets.lossless_room = 0;
  alice.session->offer(7, {0, {true, false}, 80, "web", {}}, {}, false, now_);
  hub_.rearm(*alice.session);
  hub_.pump();
  hub_.leave(alice);
  hub_.pump();
  EXPECT_TRUE(contact_->destroyed);
  loop_.poll();
  hub_.pump();
  advance(1h);
}

// Each asks for a connection at another time; nobody answers.
TEST_F(SessionHubTest, MeetsTheDeadlineOfEachPeer) {
  constexpr int kPeers = 20;
  std::vector<std::shared_ptr<test::ContactRecord>> contacts;
  std::vector<TimePoint> asked;
  for (int i = 0; i < kPeers; ++i) {
    Peer& peer = join({test::key_of(0x11), test::key_of(static_cast<uint8_t>(0x30 + i))});
    ASSERT_NE(ask(peer), nullptr);
    hub_.rearm(*peer.session);
    contacts.push_back(contact_);
    asked.push_back(now_);
    advance(7ms);
  }
  const auto accepts = [&](size_t i) { return contacts[i]->packets.count<Accept>(); };
  for (int step = 0; step < 400; ++step) {
    for (size_t i = 0; i < kPeers; ++i) {
      const Duration since = now_ - asked[i];
      EXPECT_EQ(accepts(i), since >= 250ms ? 2U : 1U) << i << " after " << since.count();
    }
    advance(1ms);
  }
}

TEST_F(SessionHubTest, DoesNotPumpAPeerThatLeftMeanwhile) {
  Peer& alice = join(kAlice);
  Mapping* const mapping = open(alice);
  ASSERT_NE(mapping, nullptr);
  mapping->write(std::vector<uint8_t>(100, 1));
  hub_.leave(alice);
  hub_.pump();
  loop_.poll();
  EXPECT_TRUE(contact_->destroyed);
}

TEST_F(SessionHubTest, SaysFarewellToAllWhenItShutsDown) {
  ASSERT_NE(open(join(kAlice)), nullptr);
  const auto alices = contact_;
  ASSERT_NE(open(join(kCarolElsewhere)), nullptr);
  hub_.shut_down();
  EXPECT_GE(alices->packets.count<Kill>(), 1U);
  EXPECT_GE(contact_->packets.count<Kill>(), 1U);
}

// -- questions ---------------------------------------------------------------------------------

TEST_F(SessionHubTest, CountsTrafficAndFaultsAlsoOfPeersThatAreGone) {
  Peer& alice = join(kAlice);
  receive(alice, test::offer_of_peer());
  const std::vector<uint8_t> nonsense(3, 0xFF);
  hub_.receive(alice, PacketId::kOffer, false, nonsense, 5);
  hub_.pump();
  const auto running = hub_.totals();
  EXPECT_EQ(running.received.packets, 2U);
  EXPECT_EQ(running.counters.malformed, 1U);
  EXPECT_EQ(running.sent.packets, contact_->traffic.packets);
  hub_.leave(alice);
  hub_.pump();
  const auto gone = hub_.totals();
  EXPECT_EQ(gone.received.packets, 2U);
  EXPECT_EQ(gone.received.bytes, running.received.bytes);
  EXPECT_EQ(gone.counters.malformed, 1U);
  EXPECT_EQ(gone.sent.bytes, contact_->traffic.bytes);
  join(kAlice);
  EXPECT_EQ(hub_.totals().received.packets, 2U);
}

TEST_F(SessionHubTest, ListsThoseWhoArePresentWithWhatTheGroupSaysOfThem) {
  join(kAlice);
  contact_->nick = "alice";
  contact_->role = Role::kModerator;
  receive(*hub_.find(kAlice), test::offer_of_peer());
  join(kCarolElsewhere);
  ASSERT_NE(open(join(kBob)), nullptr);
  hub_.lose(*hub_.find(kBob));
  EXPECT_EQ(hub_.present(std::nullopt).size(), 2U);
  const auto here = hub_.present(kAlice.chat_id);
  ASSERT_EQ(here.size(), 1U);
  EXPECT_EQ(here[0].person, kAlice);
  EXPECT_EQ(here[0].nick, "alice");
  EXPECT_EQ(here[0].role, Role::kModerator);
  EXPECT_TRUE(here[0].is_bot);
  EXPECT_EQ(hub_.present(kCarolElsewhere.chat_id)[0].role, Role::kObserver);
}

TEST_F(SessionHubTest, VisitsAbsentPeersLast) {
  ASSERT_NE(open(join(kAlice)), nullptr);
  hub_.lose(*hub_.find(kAlice));
  join(kCarolElsewhere);
  join(kBob);
  std::vector<Person> visited;
  hub_.for_each_peer([&](const Peer& peer) { visited.push_back(peer.person()); });
  EXPECT_EQ(visited, (std::vector<Person>{kBob, kCarolElsewhere, kAlice}));
}

TEST_F(SessionHubTest, AsksTheGroupForRolesAndKeepsThoseItDoesNotTell) {
  Peer& alice = join(kAlice, Role::kUser);
  EXPECT_FALSE(hub_.refresh_roles());
  EXPECT_EQ(alice.role, Role::kUser);
  contact_->role = Role::kObserver;
  EXPECT_TRUE(hub_.refresh_roles());
  EXPECT_EQ(alice.role, Role::kObserver);
  EXPECT_FALSE(hub_.refresh_role(alice));
}

TEST_F(SessionHubTest, HandsPublicPacketsToWhoeverReachesTheGroup) {
  struct Sender : PublicSender {
    SendResult send_public(const Key& chat_id, const Packet& packet) override {
      to.push_back(chat_id);
      EXPECT_TRUE(std::holds_alternative<Kill>(packet));
      return SendResult::kSent;
    }
    std::vector<Key> to;
  } sender;
  const Kill kill{7, KillReason::kWithdrawn};
  EXPECT_EQ(hub_.send_public(kAlice.chat_id, kill), SendResult::kGone);
  hub_.set_public_sender(&sender);
  EXPECT_EQ(hub_.send_public(kAlice.chat_id, kill), SendResult::kSent);
  EXPECT_EQ(sender.to, std::vector<Key>{kAlice.chat_id});
}

}  // namespace
}  // namespace ngcshare
