// The result of trying to reach a target.
#pragma once

#include <cstdint>

namespace ngcshare {

enum class Attempt : uint8_t {
  kReached,
  kFailed,
  // This process had no descriptor or local port left: says nothing about the target.
  kNotMade,
};

}  // namespace ngcshare
