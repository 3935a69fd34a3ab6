// Bytes of one direction of a stream by their offset, in chunks that are allocated when they are
// first written to and freed when all before their end has been given up. An idle stream holds
// none.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

#include "protocol/bytes.h"

namespace ngcshare::link {

class StreamBuffer {
 public:
  static constexpr uint64_t kChunkBytes = 16 * 1024;

  // Writes bytes at `offset`, which has not been released. What lies between holds no defined
  // bytes.
  void write(uint64_t offset, Bytes bytes);

  // The bytes from `offset` on that lie together, at most `most` of them and at least one. All of
  // them have been written before. Valid until the next call that is not const.
  Bytes read(uint64_t offset, uint64_t most) const;

  // Copies bytes that have been written before.
  void copy(uint64_t offset, std::span<uint8_t> out) const;

  // Nothing below `offset` is needed any more.
  void release_below(uint64_t offset);

  uint64_t allocated_bytes() const { return allocated_ * kChunkBytes; }

 private:
  using Chunk = std::array<uint8_t, kChunkBytes>;

  Chunk& chunk_at(uint64_t offset);

  uint64_t first_chunk_ = 0;  // which chunk of the stream chunks_.front() is
  uint64_t start_ = 0;
  uint64_t end_ = 0;  // nothing was written from here on
  uint64_t allocated_ = 0;
  std::deque<std::unique_ptr<Chunk>> chunks_;
};

}  // namespace ngcshare::link
