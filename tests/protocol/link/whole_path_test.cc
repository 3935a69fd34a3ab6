// The share of an ideal path that one stream has, in virtual time.
#include <gtest/gtest.h>

#include "tests/protocol/link/link_world.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr uint64_t kBitsPerSecond = 20'000'000;
constexpr double kBytesOfStreamInAPacket = 1356.0 / 1475;  // the rest is headers
constexpr auto kTime = 22s;  // in which the least round trip is probed twice

// Returns the share of what headers leave of the path.
double share_of_path(std::chrono::milliseconds round_trip) {
  LinkWorld world(1);
  netlab::Settings path;
  path.delay = round_trip / 2;
  path.rate = kBitsPerSecond;
  path.queue_time = 50ms;
  world.set_path(path);
  StreamManner endless;
  endless.endless = true;
  world.open(1, endless, {});
  world.run(3s);
  const uint64_t before = world.b().bytes_read();
  world.run(kTime);
  const auto bytes = static_cast<double>(world.b().bytes_read() - before);
  return bytes * 8 / static_cast<double>(kTime.count() * kBitsPerSecond) / kBytesOfStreamInAPacket;
}

// Probing of the least round trip once held half the window back for 200 ms, however short it was.
TEST(IdealPath, IsFilledAlsoWhileTheRoundTripIsProbed) {
  for (const auto round_trip : {6ms, 10ms, 20ms, 50ms, 100ms}) {
    EXPECT_GE(share_of_path(round_trip), 0.993) << round_trip.count() << " ms";
  }
}

}  // namespace
}  // namespace ngcshare::test
