// Round-trip times in milliseconds, as numbers and text.
#pragma once

#include <cstdio>
#include <string>

#include "protocol/clock.h"

namespace ngcshare {

inline double to_milliseconds(Duration time) { return static_cast<double>(time.count()) / 1000; }

// "0.31 ms", "4.2 ms", "48 ms"
inline std::string format_milliseconds(Duration time) {
  const double value = to_milliseconds(time);
  char text[32];
  std::snprintf(text, sizeof(text),
                value < 1    ? "%.2f ms"
                : value < 10 ? "%.1f ms"
                             : "%.0f ms",
                value);
  return text;
}

}  // namespace ngcshare
