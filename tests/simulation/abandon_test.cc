// Simulates streams over the link that either end abandons in the middle.
#include "tests/simulation/world.h"

namespace ngcshare::test {
namespace {

std::vector<SimStream*> running(const SimPeer& peer) {
  std::vector<SimStream*> found;
  for (const auto& stream : peer.streams()) {
    if (stream->running()) found.push_back(stream.get());
  }
  return found;
}

void abandon_one(World& world) {
  const auto streams = running(world.random_peer());
  if (streams.empty()) return;
  const KillReason reason = world.chance.chance(0.5) ? KillReason::kReset : KillReason::kClosed;
  streams[world.chance.below(streams.size())]->close(reason);
}

void abandon_all(World& world) {
  for (SimPeer* const peer : {&world.a, &world.b}) peer->close_streams(KillReason::kReset);
}

// Expects that an abandoned stream delivered a prefix of the bytes sent and nothing else.
void expect_nothing_invented(const World& world) {
  for (const SimPeer* const peer : {&world.a, &world.b}) {
    for (const auto& stream : peer->streams()) {
      EXPECT_FALSE(stream->corrupt()) << stream->describe();
      EXPECT_FALSE(stream->running()) << stream->describe();
    }
  }
}

// Expects that new streams complete in both directions and leave nothing behind.
void expect_streams_still_flow(World& world) {
  world.a.manner().refuses = world.b.manner().refuses = 0;
  world.run(30s);  // until both know the offers that stand
  for (SimPeer* const peer : {&world.a, &world.b}) {
    for (int i = 0; i < 5; ++i) {
      const SimStream* const stream = peer->open_stream();
      ASSERT_NE(stream, nullptr);
      world.run_until_closed(120s);
      EXPECT_TRUE(stream->complete()) << stream->describe();
      EXPECT_EQ(stream->closed(), KillReason::kClosed) << stream->describe();
    }
  }
  world.run(10s);
  world.expect_no_mappings();
  for (SimPeer* const peer : {&world.a, &world.b}) {
    ASSERT_TRUE(peer->session().link_stats());
    EXPECT_EQ(peer->session().link_stats()->in_flight, 0U);
    EXPECT_EQ(peer->session().link_stats()->streams, 0U);
  }
  const auto a = *world.a.session().link_stats();
  const auto b = *world.b.session().link_stats();
  EXPECT_EQ(a.counted_sent, b.counted_taken);
  EXPECT_EQ(b.counted_sent, a.counted_taken);
}

// Takes a service back while Accepts of it may be on their way, and shares it again.
void share_anew(World& world) {
  SimPeer& peer = world.random_peer();
  peer.withdraw(1);
  peer.share(1, 80);
}

SimPeer::Manner with_long_streams(uint64_t seed) {
  SimPeer::Manner manner = with_link();
  manner.plan.most_bytes = 150'000;
  manner.plan.most_think_time = 20ms;
  manner.most_connect_time = seed % 2 == 0 ? 100ms : 0ms;
  manner.refuses = seed % 3 == 0 ? 0.2 : 0;
  return manner;
}

TEST(Abandoned, StreamsLeaveTheLinkAsItWasWhateverThePathDoes) {
  for_each_seed(200, [](uint64_t seed) {
    const SimPeer::Manner manner = with_long_streams(seed);
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.b.share(1, 80);
    world.run(3s);
    world.set_faults(random_ngc_path(world.chance));
    const uint64_t steps = 10 + world.chance.below(20);
    for (uint64_t i = 0; i < steps; ++i) {
      world.chance.chance(0.6) ? void(world.random_peer().open_stream()) : abandon_one(world);
      if (world.chance.chance(0.1)) share_anew(world);
      world.run(world.chance.between(0ms, 300ms));
    }
    abandon_all(world);
    world.end_faults();
    world.run_until_closed(120s);
    world.expect_no_mappings();
    expect_nothing_invented(world);
    expect_streams_still_flow(world);
  });
}

TEST(Abandoned, StreamsInThousandsDoNotUseUpTheLinksWindow) {
  for_each_seed(1, [](uint64_t seed) {
    const SimPeer::Manner manner = with_long_streams(seed);
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.b.share(1, 80);
    world.run(3s);
    world.set_faults({.delay = 5ms, .loss = 0.01});
    for (int i = 0; i < 2000; ++i) {
      SimStream* const stream = world.random_peer().open_stream();
      ASSERT_NE(stream, nullptr);
      if (world.chance.chance(0.5)) stream->stop_reading();
      world.run(world.chance.between(10ms, 50ms));
      while (running(world.a).size() > 3) abandon_one(world);
    }
    world.end_faults();
    abandon_all(world);
    world.run_until_closed(60s);
    world.expect_no_mappings();
    expect_nothing_invented(world);
    expect_streams_still_flow(world);
  });
}

}  // namespace
}  // namespace ngcshare::test
