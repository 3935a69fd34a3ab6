#include "bot/process/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace ngcshare {
namespace {

constexpr size_t kMostReserved = 256;

size_t to_size(rlim_t limit) {
  return limit == RLIM_INFINITY ? std::numeric_limits<size_t>::max() : static_cast<size_t>(limit);
}

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

size_t descriptor_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? to_size(limit.rlim_cur) : 0;
}

size_t descriptors_for_connections(size_t limit) {
  return limit - std::min(limit / 2, kMostReserved);
}

}  // namespace ngcshare
