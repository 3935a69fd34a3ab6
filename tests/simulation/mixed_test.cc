// Simulates all at once: tcp and udp, readers that pause, members of every kind on one uplink, a
// process that is short of time and memory, and a peer that breaks rules.
#include "tests/simulation/mixed_world.h"

namespace ngcshare::test {
namespace {

TEST(Mixed, StreamsOfAllMembersFlowAndEndWhateverTheOthersDo) {
  for_each_seed(300, [](uint64_t seed) {
    MixedWorld world(seed);
    for (int i = 0; i < 20; ++i) world.something_happens();
    world.run_to_the_end();
    world.expect_streams_are_over();
    world.come_to_rest();
    world.expect_nothing_left();
    world.expect_new_streams_flow();
  });
}

}  // namespace
}  // namespace ngcshare::test
