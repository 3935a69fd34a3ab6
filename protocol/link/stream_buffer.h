// Stores the bytes of one direction of a stream by offset, in chunks that are allocated when first
// written to and freed when all bytes before their end are released. An idle stream holds none,
// so thousands of idle connections cost nothing.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

#include "protocol/base/bytes.h"
#include "protocol/link/memory_budget.h"

namespace ngcshare::link {

class StreamBuffer {
 public:
  static constexpr uint64_t kChunkBytes = 16 * 1024;

  // `memory` pays for the chunks and must outlive the buffer; nullptr: nobody pays.
  explicit StreamBuffer(MemoryAccount* memory = nullptr) : memory_(memory) {}
  ~StreamBuffer() { pay_back(allocated_); }
  StreamBuffer(const StreamBuffer&) = delete;
  StreamBuffer& operator=(const StreamBuffer&) = delete;

  // Writes bytes at `offset`. REQUIRES: it has not been released. The bytes of a gap are undefined.
  void write(uint64_t offset, Bytes bytes);

  // Returns the contiguous bytes from `offset` on, at most `most` and at least one. REQUIRES: they
  // have been written. Valid until the next call that is not const.
  Bytes read(uint64_t offset, uint64_t most) const;

  // Fills `out` with the bytes from `offset` on. REQUIRES: they have been written.
  void copy(uint64_t offset, std::span<uint8_t> out) const;

  // Releases all bytes below `offset`.
  void release_below(uint64_t offset);

  uint64_t allocated_bytes() const { return allocated_ * kChunkBytes; }

 private:
  using Chunk = std::array<uint8_t, kChunkBytes>;

  Chunk& chunk_at(uint64_t offset);
  void pay_back(uint64_t chunks);

  MemoryAccount* const memory_;
  uint64_t first_chunk_ = 0;  // number of chunks_.front() in the stream
  uint64_t start_ = 0;
  uint64_t end_ = 0;  // nothing has been written from here on
  uint64_t allocated_ = 0;
  std::deque<std::unique_ptr<Chunk>> chunks_;
};

}  // namespace ngcshare::link
