// Runs simulations from seeds.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace ngcshare::test {

// Runs one simulation per seed until one fails; the failure names its seed.
template <typename F>
void for_each_seed(uint64_t count, const F& simulate) {
  for (uint64_t seed = 1; seed <= count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulate(seed);
  }
}

}  // namespace ngcshare::test
