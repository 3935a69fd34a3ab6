// Simulates everything at once: restarts, leaving and returning, sharing, streams opened and
// closed.
#include "tests/simulation/world.h"

namespace ngcshare::test {
namespace {

void something_happens(World& world) {
  SimPeer& peer = world.random_peer();
  switch (world.chance.below(10)) {
    case 0:
      world.reconnect();
      peer.restart();
      break;
    case 1:
      peer.close_streams(KillReason::kReset);
      break;
    case 2:
      peer.withdraw(world.chance.below(3));
      break;
    case 3:
    case 4:
      peer.share(world.chance.below(3), 80);
      break;
    case 5:
      world.a_to_b.faults().full = world.chance.chance(0.5);
      break;
    default:
      peer.open_stream();
  }
}

void expect_recovery(World& world) {
  world.end_faults();
  world.run(60s);
  world.expect_agreement();
  world.expect_no_mappings();
  for (SimPeer* const peer : {&world.a, &world.b}) {
    for (const auto& stream : peer->streams()) {
      EXPECT_FALSE(stream->running()) << stream->describe();
      EXPECT_FALSE(stream->corrupt()) << stream->describe();
    }
  }
  world.a.manner().refuses = 0;
  world.b.manner().refuses = 0;
  world.a.share(50, 80);
  world.run(2s);
  const SimStream* const stream = world.b.open_stream();
  ASSERT_NE(stream, nullptr);
  world.run(20s);
  EXPECT_TRUE(stream->complete()) << stream->describe();
}

TEST(Churn, LeavesTwoPeersThatAgreeHoldNoMappingsAndCanOpenNewOnes) {
  for_each_seed(1500, [](uint64_t seed) {
    SimPeer::Manner manner;
    manner.refuses = 0.05;
    World world(seed, manner, manner);
    world.a.share(100, 1);
    world.b.share(100, 1);
    world.set_faults(random_path(world.chance));
    const uint64_t steps = 5 + world.chance.below(25);
    for (uint64_t i = 0; i < steps; ++i) {
      something_happens(world);
      world.run(world.chance.between(0ms, 1s));
    }
    expect_recovery(world);
  });
}

// The peer knows the extension but holds one mapping per offer, whose id is the offer's.
TEST(Churn, WithoutMultiLeavesTwoPeersThatAgreeAndCanOpenNewMappings) {
  for_each_seed(1000, [](uint64_t seed) {
    SimPeer::Manner manner;
    manner.refuses = 0.05;
    SimPeer::Manner single = manner;
    single.capabilities = kCapWindow;
    World world(seed, manner, single);
    world.a.share(100, 1);
    world.b.share(100, 1);
    world.set_faults(random_path(world.chance));
    const uint64_t steps = 5 + world.chance.below(25);
    for (uint64_t i = 0; i < steps; ++i) {
      something_happens(world);
      world.run(world.chance.between(0ms, 1s));
    }
    expect_recovery(world);
  });
}

TEST(Churn, OfAPeerThatLeavesAndComesBackLeavesNoMappings) {
  for_each_seed(300, [](uint64_t seed) {
    World world(seed);
    world.a.share(1, 80);
    world.b.share(1, 80);
    world.run(2s);
    for (int i = 0; i < 4; ++i) world.random_peer().open_stream();
    world.run(world.chance.between(0ms, 300ms));
    world.set_faults({.gone = true});
    world.reconnect();
    world.run(50s);
    world.a.see_peer_leave();
    if (world.chance.chance(0.5)) world.b.see_peer_leave();
    world.end_faults();
    world.a.see_peer_join();
    world.b.see_peer_join();
    expect_recovery(world);
  });
}

// Kill is repeated for 16 s. The other side waits for bytes and never sends any itself.
TEST(Churn, AMappingThatIsClosedDuringALongOutageEndsOnTheOtherSideToo) {
  SimPeer::Manner slow;
  slow.plan.most_think_time = 1h;
  World world(3, slow, slow);
  world.a.share(1, 80);
  world.run(2s);
  const SimStream* const stream = world.b.open_stream();
  world.run(2s);
  ASSERT_TRUE(stream->established());
  ASSERT_FALSE(stream->closed());
  world.set_faults({.gone = true});
  world.b.close_streams(KillReason::kReset);
  world.run(30s);
  world.end_faults();
  world.run(60s);
  world.expect_no_mappings();
}

}  // namespace
}  // namespace ngcshare::test
