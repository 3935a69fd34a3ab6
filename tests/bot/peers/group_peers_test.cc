// Members are made up: the offline node is in a group of which it knows nobody but itself.
#include "bot/peers/group_peers.h"

#include <gtest/gtest.h>

#include "tests/support/hub_rig.h"
#include "tests/support/offline_node.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using storage::Person;

constexpr PeerNumber kSelf = 0;

class GroupPeersTest : public testing::Test {
 protected:
  GroupPeersTest() { hub_.set_offer_user(&listener_); }

  Person person(uint8_t fill) const { return {chat_id_, test::key_of(fill)}; }
  Peer* join(PeerNumber number, uint8_t fill, Role role = Role::kUser) {
    peers_.welcome(group_, number, person(fill), role);
    return peers_.find(group_, number);
  }
  void receive(PeerNumber number, const Packet& packet) {
    Frame frame;
    const Outgoing where = encode_packet(packet, frame);
    std::vector<uint8_t> bytes{kGroupPacketHighByte, static_cast<uint8_t>(where.id)};
    bytes.insert(bytes.end(), frame.body().begin(), frame.body().end());
    peers_.on_packet(group_, number, false, bytes);
  }
  void receive_bytes(PeerNumber number, std::vector<uint8_t> bytes) {
    peers_.on_packet(group_, number, false, bytes);
  }
  // Opens a connection to a service of the peer's; it waits for the peer when that is lost.
  Mapping* open(PeerNumber number) {
    receive(number, test::offer_of_peer());
    return peers_.find(group_, number)
        ->session->open(test::kOfferOfPeer, Transport::kTcp, sink_, hub_.now());
  }

  test::OfflineNode offline_;
  GroupNumber group_ = offline_.node.create_group("friends", "bot", false).value();
  Key chat_id_ = offline_.node.chat_id(group_).value();
  test::RecordingListener listener_;
  test::RecordingSink sink_;
  TimePoint now_{std::chrono::hours(1)};
  SessionHub hub_{
      offline_.loop, offline_.entropy, {.capabilities = test::kHubCapabilities}, [this] {
        return now_;
      }};
  GroupPeers peers_{offline_.node, hub_};
};

TEST_F(GroupPeersTest, FindsAMemberByItsNumber) {
  Peer* const alice = join(1, 0xA1, Role::kModerator);
  ASSERT_NE(alice, nullptr);
  EXPECT_EQ(alice, hub_.find(person(0xA1)));
  EXPECT_EQ(alice->role, Role::kModerator);
  EXPECT_EQ(peers_.find(group_, 2), nullptr);
  EXPECT_EQ(peers_.find(group_ + 1, 1), nullptr);
  EXPECT_EQ(join(1, 0xA1), alice);
  EXPECT_EQ(alice->role, Role::kModerator);
}

TEST_F(GroupPeersTest, AsksToxcoreWhoHasANumber) {
  peers_.on_peer_join(group_, kSelf);
  const Peer* const self = peers_.find(group_, kSelf);
  ASSERT_NE(self, nullptr);
  EXPECT_EQ(self->key, offline_.node.own_key(group_));
  EXPECT_EQ(self->role, Role::kFounder);
  const auto who = peers_.who_is(group_, kSelf);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->person, self->person());
  EXPECT_EQ(who->nick, "bot");
  EXPECT_EQ(who->role, Role::kFounder);
  EXPECT_FALSE(who->is_bot);
}

TEST_F(GroupPeersTest, IgnoresNumbersThatNobodyHas) {
  peers_.on_peer_join(group_, 4711);
  peers_.on_peer_join(group_ + 1, kSelf);
  peers_.on_peer_exit(group_, 4711, true);
  receive(4711, test::offer_of_peer());
  EXPECT_FALSE(peers_.who_is(group_, 4711));
  EXPECT_FALSE(peers_.who_is(group_ + 1, kSelf));
  EXPECT_EQ(peers_.count(chat_id_), 0U);
}

// toxcore passes on packets of those who have not shown the group's password.
TEST_F(GroupPeersTest, IgnoresSomebodyWhoseJoinIsNotReported) {
  ASSERT_TRUE(offline_.node.set_group_password(group_, "secret"));
  receive(kSelf, test::offer_of_peer());
  hub_.pump();
  EXPECT_EQ(peers_.find(group_, kSelf), nullptr);
  EXPECT_EQ(peers_.count(chat_id_), 0U);
  EXPECT_TRUE(listener_.offers.empty());
}

TEST_F(GroupPeersTest, EndsAMemberWhoseJoinIsNotReportedWhenItIsGone) {
  receive(kSelf, test::offer_of_peer());
  ASSERT_NE(peers_.find(group_, kSelf), nullptr);
  now_ += 10s;
  EXPECT_EQ(peers_.count(chat_id_), 1U);
  offline_.node.leave_group(group_);
  offline_.node.iterate();
  receive(kSelf, test::offer_of_peer());
  EXPECT_EQ(peers_.find(group_, kSelf), nullptr);
  now_ += 10s;
  EXPECT_EQ(peers_.count(chat_id_), 0U);
}

TEST_F(GroupPeersTest, TakesAMemberWhoseJoinIsNotReportedForTwoMinutes) {
  receive(kSelf, test::offer_of_peer());
  now_ += 119s;
  EXPECT_EQ(peers_.count(chat_id_), 1U);
  now_ += 10s;
  EXPECT_EQ(peers_.count(chat_id_), 0U);
  receive(kSelf, test::offer_of_peer());
  EXPECT_EQ(peers_.find(group_, kSelf), nullptr);
  peers_.on_peer_join(group_, kSelf);
  EXPECT_NE(peers_.find(group_, kSelf), nullptr);
  now_ += 200s;
  EXPECT_EQ(peers_.count(chat_id_), 1U);
}

TEST_F(GroupPeersTest, TakesPacketsThatCameBeforeTheJoinWhenThatIsReported) {
  ASSERT_TRUE(offline_.node.set_group_password(group_, "secret"));
  receive(kSelf, test::offer_of_peer());
  peers_.on_peer_join(group_, kSelf);
  const Peer* const self = peers_.find(group_, kSelf);
  ASSERT_NE(self, nullptr);
  EXPECT_EQ(self->received.packets, 1U);
  hub_.pump();
  EXPECT_EQ(listener_.offers.size(), 1U);
  EXPECT_TRUE(peers_.who_is(group_, kSelf)->is_bot);
  peers_.on_peer_join(group_, kSelf);
  EXPECT_EQ(self->received.packets, 1U);
}

TEST_F(GroupPeersTest, KeepsABoundedNumberOfBytesThatCameBeforeTheJoin) {
  ASSERT_TRUE(offline_.node.set_group_password(group_, "secret"));
  const std::vector<uint8_t> malformed{kGroupPacketHighByte, 3, 1};
  for (int i = 0; i < 100'000; ++i) receive_bytes(kSelf, malformed);
  peers_.on_peer_join(group_, kSelf);
  const size_t kept = peers_.find(group_, kSelf)->received.packets;
  const size_t of_each = sizeof(std::vector<uint8_t>) + malformed.size();  // at the least
  EXPECT_GE(kept, 512U);
  EXPECT_LE(kept * of_each, 64U << 10);
}

TEST_F(GroupPeersTest, DropsPacketsOfThoseWhoAreGoneBeforeTheyHaveJoined) {
  ASSERT_TRUE(offline_.node.set_group_password(group_, "secret"));
  receive(kSelf, test::offer_of_peer());
  now_ += 10s;
  peers_.count(chat_id_);
  EXPECT_EQ(peers_.early_senders(), 1U);
  offline_.node.leave_group(group_);
  offline_.node.iterate();
  now_ += 10s;
  peers_.count(chat_id_);
  EXPECT_EQ(peers_.early_senders(), 0U);
}

TEST_F(GroupPeersTest, IgnoresPacketsWithOtherIds) {
  Peer* const alice = join(1, 0xA1);
  receive_bytes(1, {});
  receive_bytes(1, {kGroupPacketHighByte});
  receive_bytes(1, {kGroupPacketHighByte, 0});
  receive_bytes(1, {kGroupPacketHighByte, 4, 1});
  receive_bytes(1, {0x91, 0, 1});
  EXPECT_EQ(alice->received.packets, 0U);
  EXPECT_EQ(alice->session->counters().malformed, 0U);
  receive_bytes(1, {kGroupPacketHighByte, 3, 1});
  EXPECT_EQ(alice->received.packets, 1U);
  EXPECT_EQ(alice->received.bytes, 3U);
  EXPECT_EQ(alice->session->counters().malformed, 1U);
}

TEST_F(GroupPeersTest, RoutesByGroupAndNumber) {
  join(1, 0xA1);
  join(2, 0xB1);
  receive(2, test::offer_of_peer());
  hub_.pump();
  ASSERT_EQ(listener_.offers.size(), 1U);
  EXPECT_EQ(listener_.offers[0].first, person(0xB1));
}

TEST_F(GroupPeersTest, LetsGoOfAMemberThatExits) {
  join(1, 0xA1);
  peers_.on_peer_exit(group_, 1, true);
  EXPECT_EQ(peers_.find(group_, 1), nullptr);
  EXPECT_EQ(hub_.find(person(0xA1)), nullptr);
  peers_.on_peer_exit(group_, 1, true);
}

TEST_F(GroupPeersTest, TakesANumberThatSomebodyElseHasNowFromWhoHadIt) {
  join(1, 0xA1);
  const Peer* const bob = join(1, 0xB1);
  EXPECT_EQ(bob->key, test::key_of(0xB1));
  EXPECT_EQ(hub_.find(person(0xA1)), nullptr);
  EXPECT_EQ(peers_.count(chat_id_), 1U);
}

TEST_F(GroupPeersTest, KnowsALostMemberAgainUnderAnotherNumber) {
  Peer* const alice = join(1, 0xA1);
  ASSERT_NE(open(1), nullptr);
  peers_.on_peer_exit(group_, 1, false);
  EXPECT_EQ(peers_.find(group_, 1), nullptr);
  ASSERT_EQ(hub_.find(person(0xA1)), alice);
  EXPECT_TRUE(alice->absent_until);
  EXPECT_EQ(peers_.count(chat_id_), 1U);
  EXPECT_FALSE(peers_.tell(person(0xA1), "are you there?"));

  EXPECT_EQ(join(9, 0xA1, Role::kObserver), alice);
  EXPECT_FALSE(alice->absent_until);
  EXPECT_EQ(alice->role, Role::kObserver);
  EXPECT_EQ(alice->session->mapping_count(), 1U);
  EXPECT_TRUE(sink_.closed.empty());
  const uint64_t before = alice->received.packets;
  receive(1, Kill{1, KillReason::kClosed});
  EXPECT_EQ(alice->received.packets, before);
  receive(9, Kill{1, KillReason::kClosed});
  EXPECT_EQ(alice->received.packets, before + 1);
}

TEST_F(GroupPeersTest, GivesTheNumberOfALostMemberToSomebodyElse) {
  Peer* const alice = join(1, 0xA1);
  ASSERT_NE(open(1), nullptr);
  peers_.on_peer_exit(group_, 1, false);
  const Peer* const bob = join(1, 0xB1);
  EXPECT_EQ(bob->key, test::key_of(0xB1));
  peers_.on_peer_exit(group_, 1, true);
  EXPECT_EQ(hub_.find(person(0xA1)), alice);
}

TEST_F(GroupPeersTest, FollowsAMemberWhoseExitWasNotReported) {
  Peer* const alice = join(1, 0xA1);
  ASSERT_NE(open(1), nullptr);
  EXPECT_EQ(join(2, 0xA1), alice);
  EXPECT_EQ(peers_.find(group_, 1), nullptr);
  EXPECT_EQ(alice->session->mapping_count(), 1U);
  peers_.on_peer_exit(group_, 1, true);
  EXPECT_EQ(hub_.find(person(0xA1)), alice);
}

TEST_F(GroupPeersTest, LeavesAGroupWithAllItsMembers) {
  join(1, 0xA1);
  ASSERT_NE(open(1), nullptr);
  peers_.on_peer_exit(group_, 1, false);
  join(2, 0xB1);
  const Key elsewhere = test::key_of(0x22);
  peers_.welcome(group_ + 1, 2, {elsewhere, test::key_of(0xC1)}, Role::kUser);
  peers_.leave_group(chat_id_);
  EXPECT_EQ(peers_.count(chat_id_), 0U);
  EXPECT_EQ(peers_.find(group_, 2), nullptr);
  EXPECT_NE(peers_.find(group_ + 1, 2), nullptr);
  EXPECT_EQ(peers_.count(elsewhere), 1U);
}

TEST_F(GroupPeersTest, SendsPubliclyOnlyWhereTheGroupIsKnown) {
  EXPECT_EQ(hub_.send_public(chat_id_, Kill{1, KillReason::kWithdrawn}), SendResult::kSent);
  EXPECT_EQ(hub_.send_public(test::key_of(0x22), Kill{1, KillReason::kWithdrawn}),
            SendResult::kGone);
}

TEST_F(GroupPeersTest, SendsForTheHubAsLongAsItLives) {
  SessionHub hub(offline_.loop, offline_.entropy, {});
  {
    const GroupPeers peers(offline_.node, hub);
    EXPECT_EQ(hub.send_public(chat_id_, Kill{1, KillReason::kWithdrawn}), SendResult::kSent);
  }
  EXPECT_EQ(hub.send_public(chat_id_, Kill{1, KillReason::kWithdrawn}), SendResult::kGone);
}

TEST(FriendsChatId, IsNoGroups) { EXPECT_FALSE(ToxNode::may_be_chat_id(kFriendsChatId)); }

}  // namespace
}  // namespace ngcshare
