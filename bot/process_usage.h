// What this process uses of the machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ngcshare {

struct ProcessUsage {
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
  size_t open_descriptors = 0;
};

// From any thread. What /proc doesn't tell stays 0.
ProcessUsage process_usage();

}  // namespace ngcshare
