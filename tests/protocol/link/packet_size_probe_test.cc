#include "protocol/link/packet_size_probe.h"

#include <gtest/gtest.h>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};
constexpr size_t kLargest = Frame::kMaxBodyBytes;

// Probes a path that carries bodies of at most `limit` bytes until no size is left to try. Returns
// the number of probes.
int settle(PacketSizeProbe& probe, size_t limit, TimePoint now) {
  int probes = 0;
  while (const auto size = probe.wanted(now)) {
    probe.on_probe_sent();
    EXPECT_FALSE(probe.wanted(now));
    if (*size <= limit) {
      probe.on_probe_acked(*size, now);
    } else {
      probe.on_probe_lost(now);
    }
    if (++probes > 100) break;
  }
  return probes;
}

TEST(PacketSizeProbe, BeginsWithASizeThatNearlyEveryPathCarries) {
  EXPECT_EQ(PacketSizeProbe().current(), PacketSizeProbe::kBaseBytes);
}

TEST(PacketSizeProbe, FindsTheLargestSizeOfItsListThatArrives) {
  struct Case {
    size_t limit;
    size_t found;
    int probes;
  };
  for (const Case& row : std::vector<Case>{{kLargest, kLargest, 1},
                                           {kLargest - 1, 1340, 4},
                                           {1300, 1280, 7},
                                           {1200, 1180, 10},
                                           {1100, 1100, 12}}) {
    PacketSizeProbe probe;
    EXPECT_EQ(settle(probe, row.limit, kStart), row.probes) << row.limit;
    EXPECT_EQ(probe.current(), row.found) << row.limit;
  }
}

TEST(PacketSizeProbe, HasNothingToTryOnceTheLargestArrives) {
  PacketSizeProbe probe;
  settle(probe, kLargest, kStart);
  EXPECT_FALSE(probe.wanted(kStart + 1000h));
}

TEST(PacketSizeProbe, TriesLargerSizesAgainLater) {
  PacketSizeProbe probe;
  settle(probe, 1300, kStart);
  EXPECT_FALSE(probe.wanted(kStart + PacketSizeProbe::kRetryInterval - 1us));
  EXPECT_EQ(probe.wanted(kStart + PacketSizeProbe::kRetryInterval), kLargest);
  settle(probe, kLargest, kStart + PacketSizeProbe::kRetryInterval);
  EXPECT_EQ(probe.current(), kLargest);
}

TEST(PacketSizeProbe, OneLostProbeProvesNothing) {
  PacketSizeProbe probe;
  probe.on_probe_sent();
  probe.on_probe_lost(kStart);
  EXPECT_EQ(probe.wanted(kStart), kLargest);
}

TEST(PacketSizeProbe, CountsLossesOfOneSizeOnly) {
  PacketSizeProbe probe;
  for (int i = 0; i < 3; ++i) probe.on_probe_lost(kStart);
  for (int i = 0; i < 2; ++i) probe.on_probe_lost(kStart);
  probe.on_probe_acked(1340, kStart);
  const TimePoint later = kStart + PacketSizeProbe::kRetryInterval;
  probe.on_probe_lost(later);
  EXPECT_EQ(probe.wanted(later), kLargest);
}

TEST(PacketSizeProbe, TakesAProbeThatWasCountedAsLostAndArrives) {
  PacketSizeProbe probe;
  for (int i = 0; i < 3; ++i) {
    probe.on_probe_sent();
    probe.on_probe_lost(kStart);
  }
  EXPECT_EQ(probe.wanted(kStart), 1340U);
  probe.on_probe_acked(kLargest, kStart);
  EXPECT_EQ(probe.current(), kLargest);
  EXPECT_FALSE(probe.wanted(kStart + 1h));
}

TEST(PacketSizeProbe, GoesBackStepByStepWhenNothingArrives) {
  PacketSizeProbe probe;
  settle(probe, kLargest, kStart);
  probe.on_black_hole(kStart);
  EXPECT_EQ(probe.current(), PacketSizeProbe::kBaseBytes);
  EXPECT_FALSE(probe.wanted(kStart));
  probe.on_black_hole(kStart);
  EXPECT_EQ(probe.current(), PacketSizeProbe::kLeastBytes);
  probe.on_black_hole(kStart);
  EXPECT_EQ(probe.current(), PacketSizeProbe::kLeastBytes);
  EXPECT_EQ(probe.wanted(kStart + PacketSizeProbe::kRetryInterval), kLargest);
}

}  // namespace
}  // namespace ngcshare::link
