// Decisions drawn from a fuzzer's input. Past its end everything is 0.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "protocol/base/bytes.h"

namespace ngcshare::fuzz {

// Ends the run as a finding. Unlike assert() also in a build without assertions.
inline void require(bool holds) {
  if (!holds) std::abort();
}

class ByteSource {
 public:
  explicit ByteSource(Bytes input) : input_(input) {}

  bool empty() const { return input_.empty(); }
  uint8_t byte() { return input_.read<uint8_t>().value_or(0); }
  uint16_t two_bytes() { return input_.read<uint16_t>().value_or(0); }
  uint32_t four_bytes() { return input_.read<uint32_t>().value_or(0); }
  // REQUIRES: 0 < bound <= 256.
  size_t below(size_t bound) { return byte() % bound; }
  // Returns the next bytes of the input, at most `count`.
  Bytes bytes(size_t count) { return *input_.read_bytes(std::min(count, input_.rest().size())); }

 private:
  ByteReader input_;
};

}  // namespace ngcshare::fuzz
