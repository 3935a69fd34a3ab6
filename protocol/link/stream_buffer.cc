#include "protocol/link/stream_buffer.h"

#include <algorithm>
#include <cassert>

namespace ngcshare::link {

StreamBuffer::Chunk& StreamBuffer::chunk_at(uint64_t offset) {
  assert(offset >= start_);
  const uint64_t number = offset / kChunkBytes;
  if (chunks_.empty()) first_chunk_ = number;
  while (number < first_chunk_) {
    chunks_.emplace_front();
    --first_chunk_;
  }
  if (number - first_chunk_ >= chunks_.size()) chunks_.resize(number - first_chunk_ + 1);
  auto& chunk = chunks_[number - first_chunk_];
  if (!chunk) {
    chunk.reset(new Chunk);  // make_unique would set all bytes to 0
    ++allocated_;
    if (memory_ != nullptr) memory_->add(kChunkBytes);
  }
  return *chunk;
}

void StreamBuffer::pay_back(uint64_t chunks) {
  if (memory_ != nullptr) memory_->remove(chunks * kChunkBytes);
}

void StreamBuffer::write(uint64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const auto space = std::span(chunk_at(offset)).subspan(offset % kChunkBytes);
    const size_t count = std::min(space.size(), bytes.size());
    std::copy_n(bytes.begin(), count, space.begin());
    bytes = bytes.subspan(count);
    offset += count;
  }
  end_ = std::max(end_, offset);
}

Bytes StreamBuffer::read(uint64_t offset, uint64_t most) const {
  const uint64_t number = offset / kChunkBytes;
  assert(number >= first_chunk_ && number - first_chunk_ < chunks_.size());
  const auto& chunk = chunks_[number - first_chunk_];
  assert(chunk);
  const uint64_t inside = offset % kChunkBytes;
  return Bytes(*chunk).subspan(inside, std::min(most, kChunkBytes - inside));
}

void StreamBuffer::copy(uint64_t offset, std::span<uint8_t> out) const {
  while (!out.empty()) {
    const Bytes part = read(offset, out.size());
    std::copy(part.begin(), part.end(), out.begin());
    out = out.subspan(part.size());
    offset += part.size();
  }
}

void StreamBuffer::release_below(uint64_t offset) {
  start_ = std::max(start_, offset);
  const bool all = start_ >= end_;
  const uint64_t before = allocated_;
  while (!chunks_.empty() && (all || (first_chunk_ + 1) * kChunkBytes <= start_)) {
    if (chunks_.front()) --allocated_;
    chunks_.pop_front();
    ++first_chunk_;
  }
  pay_back(before - allocated_);
}

}  // namespace ngcshare::link
