// Reads and writes little-endian integers and byte runs with bounds checks.
#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ngcshare {

using Bytes = std::span<const uint8_t>;

// Reads from the front of a byte run. Each read either succeeds and advances, or returns nullopt
// and changes nothing. The run must outlive the reader and the spans it returns.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : rest_(bytes) {}

  template <std::unsigned_integral T>
  std::optional<T> read() {
    if (rest_.size() < sizeof(T)) return std::nullopt;
    T value = 0;
    for (size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(rest_[i]) << (8 * i)));
    }
    rest_ = rest_.subspan(sizeof(T));
    return value;
  }

  std::optional<Bytes> read_bytes(size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  // Returns the bytes that have not been read yet.
  Bytes rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  Bytes rest_;
};

// Appends to a fixed run of bytes, which must outlive the writer. REQUIRES: everything fits
// (packets have a known upper size); writing past the end asserts.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<uint8_t> room) : room_(room) {}

  template <std::unsigned_integral T>
  void write(T value) {
    assert(room_.size() - used_ >= sizeof(T));
    for (size_t i = 0; i < sizeof(T); ++i) {
      room_[used_ + i] = static_cast<uint8_t>(value >> (8 * i));
    }
    used_ += sizeof(T);
  }

  void write_bytes(Bytes bytes) {
    assert(room_.size() - used_ >= bytes.size());
    std::copy(bytes.begin(), bytes.end(), room_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += bytes.size();
  }

  size_t size() const { return used_; }
  size_t room() const { return room_.size() - used_; }

 private:
  std::span<uint8_t> room_;
  size_t used_ = 0;
};

}  // namespace ngcshare
