// Simulates offers: both sides must end up with the same list.
#include "tests/simulation/world.h"

namespace ngcshare::test {
namespace {

void share_or_withdraw(SimPeer& peer, SeededEntropy& chance) {
  const ServiceKey service = chance.below(6);
  if (chance.chance(0.3)) {
    peer.withdraw(service);
  } else {
    peer.share(service, static_cast<uint16_t>(chance.below(3)));
  }
}

TEST(Agreement, OnOffersFollowsWhateverWasSharedAndWithdrawnOnABadPath) {
  for_each_seed(2000, [](uint64_t seed) {
    World world(seed);
    world.set_faults(random_ngc_path(world.chance));
    world.a.share(100, 1);
    world.b.share(100, 1);
    const uint64_t steps = world.chance.below(20);
    for (uint64_t i = 0; i < steps; ++i) {
      share_or_withdraw(world.random_peer(), world.chance);
      world.a_to_b.faults().full = world.chance.chance(0.1);
      world.run(world.chance.between(0ms, 1s));
    }
    world.end_faults();
    world.run(60s);
    world.expect_agreement();
  });
}

TEST(Agreement, IsReachedWithinASecondOnAGoodPath) {
  World world(1);
  world.a.share(1, 80);
  world.b.share(2, 80);
  world.run(1s);
  world.expect_agreement();
  world.a.withdraw(1);
  world.run(100ms);
  world.expect_agreement();
}

TEST(Agreement, CostsNothingButHellosOnceItIsReached) {
  World world(1);
  for (ServiceKey service = 0; service < 20; ++service) world.a.share(service, 80);
  world.run(30s);
  const uint64_t before = world.a.packets_sent() + world.b.packets_sent();
  world.run(60s);
  EXPECT_LE(world.a.packets_sent() + world.b.packets_sent() - before, 50U);
}

TEST(Agreement, IsReachedAgainAfterARestartOfEitherSide) {
  for_each_seed(500, [](uint64_t seed) {
    World world(seed);
    world.set_faults(random_ngc_path(world.chance));
    for (ServiceKey service = 0; service < 3; ++service) {
      world.a.share(service, 80);
      world.b.share(service, 80);
    }
    for (int i = 0; i < 3; ++i) {
      world.run(world.chance.between(0ms, 5s));
      world.reconnect();
      SimPeer& peer = world.random_peer();
      peer.restart();
      share_or_withdraw(peer, world.chance);
    }
    world.end_faults();
    world.run(60s);
    world.expect_agreement();
  });
}

// After the path broke, NGC reports to one side or both that the other left, then that it joined.
TEST(Agreement, IsReachedAgainAfterEitherOrBothSawTheOtherLeave) {
  for_each_seed(200, [](uint64_t seed) {
    World world(seed);
    for (ServiceKey service = 0; service < 3; ++service) {
      world.a.share(service, 80);
      world.b.share(service, 80);
    }
    world.run(2s);
    world.set_faults({.gone = true});
    world.reconnect();
    const uint64_t who = 1 + world.chance.below(3);
    world.run(50s);
    if ((who & 1) != 0) world.a.see_peer_leave();
    if ((who & 2) != 0) world.b.see_peer_leave();
    world.run(10s);
    world.end_faults();
    if ((who & 1) != 0) world.a.see_peer_join();
    if ((who & 2) != 0) world.b.see_peer_join();
    world.run(60s);
    world.expect_agreement();
  });
}

// Kill is repeated for 16 s only; from then on the digests differ.
TEST(Agreement, IsReachedAgainAfterAWithdrawalDuringALongOutage) {
  for (const bool others : {true, false}) {
    World world(1);
    world.a.share(1, 80);
    if (others) world.a.share(2, 80);
    world.run(2s);
    world.set_faults({.gone = true});
    world.a.withdraw(1);
    world.run(30s);
    world.end_faults();
    world.run(60s);
    world.expect_agreement();
  }
}

// A stranger gets a Kill only once, because it may be a chat client. If that is lost, the
// difference must be repaired as soon as the two know each other.
TEST(Agreement, IsReachedWhenTheOnlyKillToAStrangerVanished) {
  World world(1);
  world.a.share(1, 80);
  world.a.share(2, 80);
  world.run(5ms);
  world.a.withdraw(1);
  world.run(17ms);
  ASSERT_EQ(world.b.heard().size(), 2U);
  world.a_to_b.faults().vanish = 1;
  world.run(8ms);
  world.end_faults();
  world.run(60s);
  world.expect_agreement();
}

TEST(Agreement, WithdrawalDuringAnOutageLeavesNoPermanentChatter) {
  World world(1);
  world.a.share(1, 80);
  world.a.share(2, 80);
  world.run(2s);
  world.set_faults({.gone = true});
  world.a.withdraw(1);
  world.run(30s);
  world.end_faults();
  world.run(60s);
  const uint64_t before = world.a.packets_sent() + world.b.packets_sent();
  world.run(60s);
  EXPECT_LE(world.a.packets_sent() + world.b.packets_sent() - before, 50U);
}

TEST(Agreement, ABlackoutThatNobodyReportsIsSurvived) {
  for_each_seed(200, [](uint64_t seed) {
    World world(seed);
    world.a.share(1, 80);
    world.b.share(1, 80);
    world.run(2s);
    world.set_faults({.down = true});
    world.run(world.chance.between(1s, 15s));
    share_or_withdraw(world.a, world.chance);
    world.run(world.chance.between(1s, 20s));
    world.end_faults();
    world.run(90s);
    world.expect_agreement();
    EXPECT_TRUE(world.a.presence());
    EXPECT_TRUE(world.b.presence());
  });
}

}  // namespace
}  // namespace ngcshare::test
