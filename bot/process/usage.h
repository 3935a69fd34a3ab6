// Measures the processor time, memory and descriptors of this process.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ngcshare {

struct ProcessUsage {
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
  size_t open_descriptors = 0;
};

// Callable from any thread. Values that /proc does not provide stay 0.
ProcessUsage process_usage();

}  // namespace ngcshare
