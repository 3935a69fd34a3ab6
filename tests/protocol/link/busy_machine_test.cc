// A link on a machine on which the process does not get its turn now and then, in virtual time.
#include <gtest/gtest.h>

#include "tests/protocol/link/link_world.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// Returns the share of the path that an endless stream has while neither end is served for `gap` in
// each `period`.
double share_with_gaps(int rtt_ms, Duration gap, Duration period) {
  constexpr double kMbit = 20;
  constexpr Duration kMeasured = 10s;
  LinkWorld world(1);
  netlab::Settings path;
  path.delay = std::chrono::microseconds(rtt_ms * 500);
  path.rate = static_cast<uint64_t>(kMbit * 1e6);
  path.queue_time = 50ms;
  world.set_path(path);
  StreamManner endless;
  endless.endless = true;
  world.open(1, endless, {});
  const auto pass = [&](Duration duration) {
    for (const TimePoint end = world.now() + duration; world.now() < end;) {
      world.run(period - gap);
      world.leap(gap);
    }
  };
  pass(3s);
  const uint64_t before = world.b().bytes_read();
  const TimePoint started = world.now();
  pass(kMeasured);
  const double possible = kMbit * 1e6 / 8 * 1356 / 1475 * seconds(world.now() - started);
  return static_cast<double>(world.b().bytes_read() - before) / possible;
}

// The pacer once earned a millisecond of credit in a gap, and the rest of the gap was lost.
TEST(BusyMachine, MakesUpForTheTimeInWhichItDidNotGetTheProcessor) {
  for (const int rtt_ms : {10, 50, 200}) {
    EXPECT_GE(share_with_gaps(rtt_ms, 5ms, 50ms), 0.98) << rtt_ms;
  }
}

}  // namespace
}  // namespace ngcshare::test
