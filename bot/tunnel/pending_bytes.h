// A queue of bytes that a socket has not accepted yet.
#pragma once

#include <cstddef>
#include <vector>

#include "protocol/base/bytes.h"

namespace ngcshare {

class PendingBytes {
 public:
  bool empty() const { return bytes_.empty(); }
  size_t size() const { return bytes_.size() - start_; }
  Bytes view() const { return Bytes(bytes_).subspan(start_); }

  void append(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  // Removes the first `count` bytes; frees the memory when none are left. REQUIRES: count <=
  // size().
  void drop(size_t count) {
    start_ += count;
    if (start_ == bytes_.size()) {
      clear();
    } else if (start_ > bytes_.size() / 2) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(start_));
      start_ = 0;
    }
  }

  void clear() {
    bytes_ = {};
    start_ = 0;
  }

 private:
  std::vector<uint8_t> bytes_;
  size_t start_ = 0;
};

}  // namespace ngcshare
