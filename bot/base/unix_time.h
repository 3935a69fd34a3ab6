// Wall-clock time, for records and bans.
#pragma once

#include <chrono>
#include <cstdint>

namespace ngcshare {

inline int64_t unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace ngcshare
