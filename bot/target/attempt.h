// The result of trying to reach a target.
#pragma once

#include <cstdint>

namespace ngcshare {

enum class Attempt : uint8_t {
  kReached,
  kFailed,
  // This process had no descriptor or local port left: says nothing about the target.
  kNotMade,
  // The person, or all together, hold as many local ports towards the target as they may.
  kHeldBack,
};

// Returns true if the result says something about the target.
constexpr bool is_of_target(Attempt attempt) {
  return attempt == Attempt::kReached || attempt == Attempt::kFailed;
}

}  // namespace ngcshare
