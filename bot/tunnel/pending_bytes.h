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
  // Returns the bytes of memory that the queue takes: at most about four times size().
  size_t allocated() const { return bytes_.capacity(); }
  Bytes view() const { return Bytes(bytes_).subspan(start_); }

  void append(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  // Removes the first `count` bytes and frees their memory in the end. REQUIRES: count <= size().
  void drop(size_t count) {
    start_ += count;
    if (start_ == bytes_.size()) {
      clear();
    } else if (start_ > bytes_.size() / 2) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(start_));
      start_ = 0;
      if (bytes_.capacity() > 4 * bytes_.size()) bytes_.shrink_to_fit();
    }
  }

  void clear() {
    std::vector<uint8_t>().swap(bytes_);  // an assigned {} would keep the capacity
    start_ = 0;
  }

 private:
  std::vector<uint8_t> bytes_;
  size_t start_ = 0;
};

}  // namespace ngcshare
