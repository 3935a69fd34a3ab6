#include "protocol/link/truncated.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace ngcshare::link {
namespace {

TEST(Truncated, CompletesToTheNearestValue) {
  struct Case {
    const char* name;
    uint64_t low;
    unsigned bits;
    uint64_t expected;
    uint64_t value;
  };
  const std::vector<Case> cases = {
      // RFC 9000 §A.3: 0xa82f30ea is the largest so far, 0x9b32 arrives in 16 bits.
      {"the RFC's example", 0x9B32, 16, 0xA82F30EB, 0xA82F9B32},
      {"as expected", 0x000005, 24, 5, 5},
      {"ahead", 0x000100, 24, 5, 256},
      {"wrapped ahead", 0x000002, 24, 0xFFFFFE, 0x1000002},
      {"late, from before the wrap", 0xFFFFFE, 24, 0x1000002, 0xFFFFFE},
      {"nothing below 0", 0xFFFFFF, 24, 3, 0xFFFFFF},
      {"half a span ahead", 0x800005, 24, 0x5000005, 0x5800005},
      {"a little more than that", 0x800006, 24, 0x5000005, 0x4800006},
      {"half a span behind is taken as ahead", 0x000005, 24, 0x800005, 0x1000005},
      {"32 bits", 0x00000010, 32, 0x1FFFFFFF0, 0x200000010},
  };
  for (const Case& row : cases) {
    EXPECT_EQ(complete_truncated(row.low, row.bits, row.expected), row.value) << row.name;
  }
}

TEST(Truncated, GivesBackEveryValueLessThanHalfASpanAway) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t expected = random() >> (8 + random() % 40);
    const uint64_t back = std::min<uint64_t>(random() % 0x800000, expected);
    const uint64_t value = random() % 2 == 0 ? expected + random() % 0x800000 : expected - back;
    ASSERT_EQ(complete_truncated(value & 0xFFFFFF, 24, expected), value) << expected;
  }
}

}  // namespace
}  // namespace ngcshare::link
