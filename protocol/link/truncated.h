// Completion of truncated numbers (as in RFC 9000 §A.3): packet numbers and offsets only grow, so
// only their low bits are sent, and the receiver takes the value nearest to the one it expects.
#pragma once

#include <cstdint>

namespace ngcshare::link {

// Returns the value nearest to `expected` and not negative whose low `bits` are those of `low`.
inline uint64_t complete_truncated(uint64_t low, unsigned bits, uint64_t expected) {
  const uint64_t span = uint64_t{1} << bits;
  const uint64_t candidate = (expected & ~(span - 1)) | (low & (span - 1));
  if (candidate + span / 2 <= expected) return candidate + span;
  if (candidate > expected + span / 2 && candidate >= span) return candidate - span;
  return candidate;
}

}  // namespace ngcshare::link
