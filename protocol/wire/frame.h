// A buffer for one outgoing packet body with headroom before it, so that a contact can put its own
// packet id in front (2 bytes in a group, up to 6 for a friend) without moving the body.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/base/bytes.h"

namespace ngcshare {

class Frame {
 public:
  static constexpr size_t kHeadroomBytes = 8;
  static constexpr size_t kMaxBodyBytes = 1371;  // a 1373-byte custom packet less its 2-byte id

  // Returns a writer over the whole body; after writing, call set_size(writer.size()).
  ByteWriter writer() { return ByteWriter(std::span(bytes_).subspan(kHeadroomBytes)); }
  // Returns the same bytes for callers that write into them directly.
  std::span<uint8_t> room() { return std::span(bytes_).subspan(kHeadroomBytes); }
  void set_size(size_t size) {
    assert(size <= kMaxBodyBytes);
    size_ = size;
  }

  Bytes body() const { return std::span(bytes_).subspan(kHeadroomBytes, size_); }

  // Writes `prefix` into the headroom and returns it together with the body; valid until the next
  // call on this frame. REQUIRES: prefix.size() <= kHeadroomBytes.
  Bytes with_prefix(Bytes prefix) {
    assert(prefix.size() <= kHeadroomBytes);
    const size_t start = kHeadroomBytes - prefix.size();
    std::copy(prefix.begin(), prefix.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(start));
    return std::span(bytes_).subspan(start, prefix.size() + size_);
  }

 private:
  std::array<uint8_t, kHeadroomBytes + kMaxBodyBytes> bytes_;
  size_t size_ = 0;
};

}  // namespace ngcshare
