// Numbers that only grow travel with their low bits (as in RFC 9000 §A.3): the receiver completes
// them to the value nearest to what it expects.
#pragma once

#include <cstdint>

namespace ngcshare::link {

// The value with the low `bits` of `low` that is nearest to `expected` and not negative.
inline uint64_t complete_truncated(uint64_t low, unsigned bits, uint64_t expected) {
  const uint64_t span = uint64_t{1} << bits;
  const uint64_t candidate = (expected & ~(span - 1)) | (low & (span - 1));
  if (candidate + span / 2 <= expected) return candidate + span;
  if (candidate > expected + span / 2 && candidate >= span) return candidate - span;
  return candidate;
}

}  // namespace ngcshare::link
