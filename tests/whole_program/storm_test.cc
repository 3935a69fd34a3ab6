// Storms from seeds. NGCSHARE_SEEDS sets how many, NGCSHARE_SEED runs one.
#include "tests/whole_program/storm.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/support/seeds.h"

namespace ngcshare::test {
namespace {

TEST(WholeProgram, SurvivesAStormAndLeavesNothing) {
  for_each_seed(50, [](uint64_t seed) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));  // in case it crashes
    std::fflush(stdout);
    const size_t before = open_descriptors();
    {
      Room room(seed);
      SeededChoices choices(seed);
      Storm storm(room, choices);
      const uint32_t steps = 20 + choices.below(80);
      for (uint32_t i = 0; i < steps; ++i) storm.step();
      storm.end();
      for (const std::string& problem : storm.problems()) ADD_FAILURE() << problem;
    }
    EXPECT_EQ(open_descriptors(), before);
  });
}

}  // namespace
}  // namespace ngcshare::test
