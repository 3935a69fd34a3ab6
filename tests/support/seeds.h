// Runs simulations from seeds.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
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
// another count, NGCSHARE_SEED_SECONDS the time after which no other seed begins, and NGCSHARE_SEED
// runs a single one, with the name of the seed printed first, in case it crashes.
template <typename F>
void for_each_seed(uint64_t count, const F& simulate) {
  const auto single = number_from_environment("NGCSHARE_SEED");
  const uint64_t first = single.value_or(1);
  const uint64_t last = single.value_or(number_from_environment("NGCSHARE_SEEDS").value_or(count));
  const auto seconds = number_from_environment("NGCSHARE_SEED_SECONDS");
  const auto began = std::chrono::steady_clock::now();
  for (uint64_t seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    if (seconds && std::chrono::steady_clock::now() - began > std::chrono::seconds(*seconds)) {
      std::printf("time ended before seed %s\n", std::to_string(seed).c_str());
      return;
    }
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulate(seed);
  }
}

}  // namespace ngcshare::test
