// Simulates streams over a lossless channel, correct and faulty, and over the link.
#include "tests/simulation/world.h"

namespace ngcshare::test {
namespace {

void expect_clean_streams(const World& world) {
  for (const SimPeer* const peer : {&world.a, &world.b}) {
    for (const auto& stream : peer->streams()) {
      EXPECT_FALSE(stream->corrupt()) << stream->describe();
      EXPECT_TRUE(stream->complete()) << stream->describe();
      EXPECT_EQ(stream->closed(), KillReason::kClosed) << stream->describe();
    }
  }
}

TEST(Streams, ArriveCompleteAndInOrderAndLeaveNothingBehind) {
  for_each_seed(2000, [](uint64_t seed) {
    SimPeer::Manner manner;
    manner.plan.most_think_time = 500ms;
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.b.share(1, 80);
    world.run(3s);
    world.set_faults(random_path(world.chance));
    const uint64_t streams = 1 + world.chance.below(6);
    for (uint64_t i = 0; i < streams; ++i) {
      const SimStream* const stream = world.random_peer().open_stream();
      ASSERT_NE(stream, nullptr);
      if (world.chance.chance(0.5)) world.run(world.chance.between(0ms, 500ms));
    }
    world.run(2s);
    world.end_faults();
    world.run_until_closed(300s);
    world.expect_no_mappings();
    for (const SimPeer* const peer : {&world.a, &world.b}) {
      for (const auto& stream : peer->streams()) {
        if (stream->closed() == KillReason::kTimeout) continue;
        EXPECT_FALSE(stream->corrupt()) << stream->describe();
        EXPECT_TRUE(stream->complete()) << stream->describe();
        EXPECT_EQ(stream->closed(), KillReason::kClosed) << stream->describe();
      }
    }
  });
}

TEST(Streams, ThatAreReadSlowlyNeverFillMoreThanTheWindow) {
  for_each_seed(4, [](uint64_t seed) {
    SimPeer::Manner manner;
    manner.plan.most_bytes = 3 << 19;
    manner.plan.read_interval = 20ms;
    manner.plan.read_size = 30'000;
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.run(3s);
    world.set_faults({.queue_size = 200});
    world.b.open_stream();
    world.b.open_stream();
    world.run_until_closed(300s);
    expect_clean_streams(world);
    for (const SimPeer* const peer : {&world.a, &world.b}) {
      for (const auto& stream : peer->streams()) {
        EXPECT_LE(stream->most_buffered(), StreamWindow::kInitialBytes);
      }
    }
  });
}

TEST(Streams, OfTwentyMappingsAllFinishOnANarrowChannel) {
  for_each_seed(5, [](uint64_t seed) {
    SimPeer::Manner manner;
    manner.plan.most_bytes = 20'000;
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.run(3s);
    world.set_faults({.queue_size = 8});
    for (int i = 0; i < 20; ++i) ASSERT_NE(world.b.open_stream(), nullptr);
    world.run_until_closed(300s);
    expect_clean_streams(world);
  });
}

// Base mode cannot promise this, because the lossless channel loses packets and replays old ones.
TEST(Streams, OverTheLinkArriveCompleteWhateverTheLosslessChannelDoes) {
  for_each_seed(1000, [](uint64_t seed) {
    SimPeer::Manner manner = with_link();
    if (seed % 10 == 0) manner.plan.most_bytes = 300'000;
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.b.share(1, 80);
    world.run(3s);
    world.set_faults(random_ngc_path(world.chance));
    const uint64_t streams = 1 + world.chance.below(6);
    for (uint64_t i = 0; i < streams; ++i) {
      ASSERT_NE(world.random_peer().open_stream(), nullptr);
      if (world.chance.chance(0.5)) world.run(world.chance.between(0ms, 500ms));
    }
    world.run(2s);
    world.end_faults();
    world.run_until_closed(300s);
    world.expect_no_mappings();
    expect_clean_streams(world);
  });
}

// Streams continue where they were when a lost peer comes back.
TEST(Streams, OverTheLinkOutliveAPeerThatIsLostForAWhile) {
  for_each_seed(300, [](uint64_t seed) {
    SimPeer::Manner manner = with_link();
    manner.plan.most_bytes = 200'000;
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.run(3s);
    world.set_faults({.delay = 50ms});
    SimStream* const stream = world.b.open_stream();
    ASSERT_NE(stream, nullptr);
    world.run(world.chance.between(600ms, 900ms));
    Faults cut;
    cut.down = cut.gone = true;
    world.set_faults(cut);
    world.run(world.chance.between(0ms, 60s));
    world.a.see_peer_lost();
    world.b.see_peer_lost();
    world.run(world.chance.between(0ms, 50s));
    world.end_faults();
    world.a.see_peer_back();
    world.b.see_peer_back();
    world.run_until_closed(120s);
    expect_clean_streams(world);
    world.expect_no_mappings();
    world.run(10s);
    ASSERT_NE(world.b.open_stream(), nullptr);  // also if only one had kept its end of the link
    world.run_until_closed(120s);
    expect_clean_streams(world);
    world.run(30s);
    world.expect_agreement();
  });
}

// Unless both have kCapWindow, the offerer ends a stream with a Kill. Bytes sent before must arrive
// nevertheless.
TEST(Streams, WithoutWindowAreNotCutShortByTheOfferersEnd) {
  for_each_seed(500, [](uint64_t seed) {
    SimPeer::Manner without;
    without.capabilities = kCapMulti;
    without.plan.most_think_time = 100ms;
    World world(seed, without);
    world.a.share(1, 80);
    world.run(3s);
    Faults faults = random_path(world.chance);
    faults.loss = 0.03;
    world.set_faults(faults);
    SimStream* const stream = world.b.open_stream();
    world.run_until_closed(120s);
    world.expect_no_mappings();
    if (!stream->established()) return;
    EXPECT_FALSE(stream->corrupt()) << stream->describe();
    EXPECT_TRUE(stream->received_all()) << stream->describe();
  });
}

}  // namespace
}  // namespace ngcshare::test
