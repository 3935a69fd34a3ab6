// Simulates Accept and Ack-Acc on bad paths.
#include "tests/simulation/world.h"

namespace ngcshare::test {
namespace {

// Lets the two peers get to know each other and agree on offers.
void get_acquainted(World& world) {
  world.a.share(1, 80);
  world.run(3s);
  ASSERT_TRUE(world.a.session().says_hello());
  ASSERT_TRUE(world.b.session().says_hello());
  world.expect_agreement();
}

Duration time_to_establish(World& world) {
  const TimePoint start = world.queue.now();
  const SimStream* const stream = world.b.open_stream();
  while (!stream->established() && world.queue.now() < start + 20s) world.run(10ms);
  return world.queue.now() - start;
}

TEST(Opening, TakesWellUnderThreeSecondsWhenTwoPacketsOfEachKindAreLost) {
  for (const int lossless : {0, 1, 2}) {
    for (const int lossy : {0, 1, 2}) {
      for (const bool accepts : {true, false}) {
        SCOPED_TRACE(testing::Message() << lossless << " lossless, " << lossy << " lossy, "
                                        << (accepts ? "Accept" : "Ack-Acc"));
        World world(1);
        get_acquainted(world);
        SimChannel& channel = accepts ? world.b_to_a : world.a_to_b;
        channel.lose_next(Channel::kLossless, lossless);
        channel.lose_next(Channel::kLossy, lossy);
        EXPECT_LT(time_to_establish(world), 2s);
      }
    }
  }
}

TEST(Opening, EndsEitherEstablishedOrClosed) {
  for_each_seed(1500, [](uint64_t seed) {
    SimPeer::Manner manner;
    manner.refuses = 0.1;
    manner.most_connect_time = 20s;
    World world(seed, manner, manner);
    world.a.share(1, 80);
    world.b.share(1, 80);
    world.run(2s);
    Faults faults = random_ngc_path(world.chance);
    faults.down = world.chance.chance(0.1);
    world.set_faults(faults);
    for (int i = 0; i < 5; ++i) {
      world.random_peer().open_stream();
      if (world.chance.chance(0.1)) world.random_peer().close_streams(KillReason::kReset);
      world.run(world.chance.between(0ms, 2s));
    }
    world.run(16s);
    for (const SimPeer* const peer : {&world.a, &world.b}) {
      for (const auto& stream : peer->streams()) {
        if (stream->role() != Mapping::Role::kAcceptor) continue;
        EXPECT_TRUE(stream->established() || stream->closed()) << stream->describe();
      }
    }
  });
}

TEST(Opening, AgainstAPeerThatHasJustRestartedFailsCleanlyOrWorks) {
  for_each_seed(500, [](uint64_t seed) {
    World world(seed);
    world.a.share(1, 80);
    world.run(3s);
    world.set_faults(random_path(world.chance));
    world.b.open_stream();
    world.run(world.chance.between(0ms, 500ms));
    world.reconnect();
    world.a.restart();
    world.b.open_stream();
    world.end_faults();
    world.run(30s);
    world.expect_agreement();
    world.expect_no_mappings();
    const SimStream* const stream = world.b.open_stream();
    ASSERT_NE(stream, nullptr);
    world.run(10s);
    EXPECT_TRUE(stream->complete()) << stream->describe();
  });
}

}  // namespace
}  // namespace ngcshare::test
