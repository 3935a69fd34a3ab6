#include "protocol/session/offer_sender.h"

#include <gtest/gtest.h>

#include "tests/protocol/session/sender_world.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr ServiceKey kService = 7;
constexpr MsgId kPublicId = 0x01020304;

struct World : SenderWorld {
  void offer(std::optional<MsgId> preferred = {}, bool already_sent = false) {
    sender.offer(kService, {0, {true, false}, 80, "web", {}}, preferred, already_sent, now);
  }
  MsgId id() const { return made.find_service(kService)->offer.id; }
  bool declined() const { return made.find_service(kService)->declined; }
  // The id has ended at both sides.
  MsgId use_up() {
    const MsgId used = id();
    ids.end(used);
    return used;
  }
  size_t sent() const { return contact.count<Offer>(); }

  SeededEntropy entropy{1};
  MappingTable mappings;
  OffersMade made;
  OffersHeard heard;
  SessionIds ids{entropy, mappings, made, heard};
  OfferSender sender{made, ids, control, peer, alarm, Extension{}};
};

TEST(OfferSender, SendsAnOfferAndRepeatsItUntilThePeerHoldsIt) {
  World world;
  world.introduce_peer();
  world.offer();
  EXPECT_EQ(world.sent(), 1U);
  ASSERT_EQ(world.alarm.when(), world.now + Retry::kFirstInterval);
  world.sender.tick(world.now + Retry::kFirstInterval);
  EXPECT_EQ(world.sent(), 2U);
  world.sender.compare(world.made.digest(), world.now);
  EXPECT_EQ(world.sender.deadline(), std::nullopt);
}

TEST(OfferSender, TakesThePublicIdIfItIsFreeAndSendsNoSecondOffer) {
  World world;
  world.offer(kPublicId, true);
  EXPECT_EQ(world.id(), kPublicId);
  EXPECT_EQ(world.sent(), 0U);

  World other;
  other.ids.end(kPublicId);
  other.offer(kPublicId, true);
  EXPECT_NE(other.id(), kPublicId);
  EXPECT_EQ(other.sent(), 1U);
}

TEST(OfferSender, KeepsTheIdOfAnOfferThatChanges) {
  World world;
  world.offer();
  const MsgId id = world.id();
  world.offer(kPublicId);
  EXPECT_EQ(world.id(), id);
}

TEST(OfferSender, OffersAnewWhenAMappingHasUsedTheIdUp) {
  World world;
  world.offer();
  const MsgId used = world.use_up();
  world.sender.renew_after_mapping(used, KillReason::kClosed, world.now);
  EXPECT_NE(world.id(), used);
  EXPECT_EQ(world.sent(), 2U);
  EXPECT_EQ(world.made.retired().back(), used);
}

TEST(OfferSender, DoesNotOfferAnewWhatThePeerMayNotHave) {
  World world;
  world.offer();
  world.sender.renew_after_mapping(world.use_up(), KillReason::kDenied, world.now);
  EXPECT_TRUE(world.declined());
  EXPECT_EQ(world.sent(), 1U);
}

TEST(OfferSender, TakesAKillAsANoUnlessItIsAboutALostAccept) {
  World world;
  world.offer();
  world.sender.renew_after_kill(world.use_up(), KillReason::kTimeout, world.now);
  EXPECT_FALSE(world.declined());
  world.sender.renew_after_kill(world.use_up(), KillReason::kUnspecified, world.now);
  EXPECT_TRUE(world.declined());
}

TEST(OfferSender, GivesInToAPeerThatKillsEveryOffer) {
  World world;
  world.offer();
  for (int i = 0; i < 11; ++i) {
    EXPECT_FALSE(world.declined()) << i;
    world.sender.renew_after_kill(world.use_up(), KillReason::kTimeout, world.now);
  }
  EXPECT_TRUE(world.declined());
}

TEST(OfferSender, OffersANewProcessWhatTheOldOneDeclined) {
  World world;
  world.offer();
  world.sender.renew_after_kill(world.use_up(), KillReason::kUnspecified, world.now);
  world.sender.renew_all(world.now);
  EXPECT_FALSE(world.declined());
  EXPECT_EQ(world.sent(), 2U);
}

TEST(OfferSender, ResyncsAtLongerAndLongerIntervals) {
  World world;
  world.introduce_peer();
  world.offer();
  world.sender.compare(1, world.now);
  EXPECT_EQ(world.sent(), 1U) << "still repeating";
  world.sender.compare(world.made.digest(), world.now);
  world.sender.compare(1, world.now);
  EXPECT_EQ(world.sent(), 2U);
  world.sender.compare(1, world.now + 1s);
  EXPECT_EQ(world.sent(), 2U);
  world.sender.compare(1, world.now + 2s);
  EXPECT_EQ(world.sent(), 3U);
  world.sender.compare(1, world.now + 5s);
  EXPECT_EQ(world.sent(), 3U);
  world.sender.compare(1, world.now + 6s);
  EXPECT_EQ(world.sent(), 4U);
}

// Each time all offers would be sent, twice, and a Kill for each that ended lately.
TEST(OfferSender, ResyncsRarelyWithAPeerThatAgreesAndDisagreesInTurn) {
  World world;
  world.introduce_peer();
  world.offer();
  for (int i = 0; i < 1000; ++i) {
    world.sender.compare(world.made.digest(), world.now);
    world.sender.compare(1, world.now);
    world.now += 1ms;
  }
  EXPECT_EQ(world.sent(), 2U);
  world.now += 1s;
  world.sender.compare(1, world.now);
  EXPECT_EQ(world.sent(), 3U);
}

TEST(OfferSender, ResyncsSoonAfterAPeerAgreesThatLongDidNot) {
  World world;
  world.introduce_peer();
  world.offer();
  world.sender.compare(world.made.digest(), world.now);
  for (int i = 0; i < 100; ++i) world.sender.compare(1, world.now += 10s);
  world.sender.compare(world.made.digest(), world.now);
  const size_t before = world.sent();
  world.sender.compare(1, world.now + 2s);
  EXPECT_EQ(world.sent(), before + 1);
}

}  // namespace
}  // namespace ngcshare::test
