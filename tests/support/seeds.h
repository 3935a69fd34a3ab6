// Runs simulations from seeds.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

namespace ngcshare::test {

// Returns the number in an environment variable, or nullopt if it is not set.
inline std::optional<uint64_t> number_from_environment(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? std::nullopt : std::optional<uint64_t>(std::stoull(text));
}

// Runs one simulation per seed until one fails; the failure names its seed. NGCSHARE_SEEDS sets
// another count, and NGCSHARE_SEED runs a single one, with the name of the seed printed first, in
// case it crashes.
template <typename F>
void for_each_seed(uint64_t count, const F& simulate) {
  const auto single = number_from_environment("NGCSHARE_SEED");
  const uint64_t first = single.value_or(1);
  const uint64_t last = single.value_or(number_from_environment("NGCSHARE_SEEDS").value_or(count));
  for (uint64_t seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulate(seed);
  }
}

}  // namespace ngcshare::test
