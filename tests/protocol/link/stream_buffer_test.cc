#include "protocol/link/stream_buffer.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace ngcshare::link {
namespace {

constexpr uint64_t kChunk = StreamBuffer::kChunkBytes;

std::vector<uint8_t> pattern(uint64_t offset, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>((offset + i) * 31 >> 3);
  return bytes;
}

std::vector<uint8_t> copied(const StreamBuffer& buffer, uint64_t offset, size_t count) {
  std::vector<uint8_t> bytes(count);
  buffer.copy(offset, bytes);
  return bytes;
}

TEST(StreamBuffer, HoldsNothingAtFirst) { EXPECT_EQ(StreamBuffer().allocated_bytes(), 0U); }

TEST(StreamBuffer, GivesBackWhatWasWrittenAcrossChunks) {
  StreamBuffer buffer;
  buffer.write(0, pattern(0, 3 * kChunk + 5));
  EXPECT_EQ(buffer.allocated_bytes(), 4 * kChunk);
  EXPECT_EQ(copied(buffer, 0, 3 * kChunk + 5), pattern(0, 3 * kChunk + 5));
  EXPECT_EQ(copied(buffer, kChunk - 1, 2), pattern(kChunk - 1, 2));
}

TEST(StreamBuffer, ReadsUpToTheEndOfAChunk) {
  StreamBuffer buffer;
  buffer.write(0, pattern(0, 2 * kChunk));
  EXPECT_EQ(buffer.read(0, UINT64_MAX).size(), kChunk);
  EXPECT_EQ(buffer.read(kChunk - 3, 10).size(), 3U);
  EXPECT_EQ(buffer.read(kChunk, 10).size(), 10U);
  EXPECT_EQ(buffer.read(kChunk + 7, 1)[0], pattern(kChunk + 7, 1)[0]);
}

TEST(StreamBuffer, TakesBytesInAnyOrder) {
  StreamBuffer buffer;
  buffer.write(5 * kChunk, pattern(5 * kChunk, 10));
  EXPECT_EQ(buffer.allocated_bytes(), kChunk);
  buffer.write(kChunk + 1, pattern(kChunk + 1, 10));
  EXPECT_EQ(buffer.allocated_bytes(), 2 * kChunk);
  buffer.write(3 * kChunk - 5, pattern(3 * kChunk - 5, 10));
  EXPECT_EQ(buffer.allocated_bytes(), 4 * kChunk);
  EXPECT_EQ(copied(buffer, 5 * kChunk, 10), pattern(5 * kChunk, 10));
  EXPECT_EQ(copied(buffer, kChunk + 1, 10), pattern(kChunk + 1, 10));
  EXPECT_EQ(copied(buffer, 3 * kChunk - 5, 10), pattern(3 * kChunk - 5, 10));
}

TEST(StreamBuffer, FreesAChunkWhenAllOfItHasBeenGivenUp) {
  StreamBuffer buffer;
  buffer.write(0, pattern(0, 2 * kChunk + 1));
  buffer.release_below(kChunk - 1);
  EXPECT_EQ(buffer.allocated_bytes(), 3 * kChunk);
  buffer.release_below(kChunk);
  EXPECT_EQ(buffer.allocated_bytes(), 2 * kChunk);
  EXPECT_EQ(copied(buffer, kChunk, kChunk + 1), pattern(kChunk, kChunk + 1));
}

TEST(StreamBuffer, HoldsNothingWhenAllThatWasWrittenHasBeenGivenUp) {
  StreamBuffer buffer;
  buffer.write(0, pattern(0, kChunk + 100));
  buffer.release_below(kChunk + 99);
  EXPECT_EQ(buffer.allocated_bytes(), kChunk);
  buffer.release_below(kChunk + 100);
  EXPECT_EQ(buffer.allocated_bytes(), 0U);
  buffer.write(kChunk + 100, pattern(kChunk + 100, 5));
  EXPECT_EQ(copied(buffer, kChunk + 100, 5), pattern(kChunk + 100, 5));
}

TEST(StreamBuffer, GivesNothingBackWhenReleasedBackwards) {
  StreamBuffer buffer;
  buffer.write(0, pattern(0, 2 * kChunk));
  buffer.release_below(kChunk + 5);
  buffer.release_below(3);
  EXPECT_EQ(buffer.allocated_bytes(), kChunk);
}

TEST(StreamBuffer, GoesOnBehindWhatWasGivenUp) {
  StreamBuffer buffer;
  buffer.write(0, pattern(0, 100));
  buffer.release_below(100);
  buffer.write(100, pattern(100, 2 * kChunk));
  EXPECT_EQ(copied(buffer, 100, 2 * kChunk), pattern(100, 2 * kChunk));
  buffer.release_below(100 * kChunk);
  EXPECT_EQ(buffer.allocated_bytes(), 0U);
  buffer.write(100 * kChunk + 7, pattern(9, 3));
  EXPECT_EQ(copied(buffer, 100 * kChunk + 7, 3), pattern(9, 3));
}

TEST(StreamBuffer, KeepsEveryByteUnderRandomWritesAndReleases) {
  std::mt19937 random(1);
  for (int run = 0; run < 20; ++run) {
    StreamBuffer buffer;
    std::vector<uint8_t> model(20 * kChunk);
    std::vector<bool> written(model.size());
    uint64_t start = 0;  // bytes below have been released
    for (int i = 0; i < 200; ++i) {
      const uint64_t from = start + random() % (3 * kChunk);
      const size_t count = random() % 20'000;
      if (from + count > model.size()) break;
      const auto bytes = pattern(random(), count);
      buffer.write(from, bytes);
      std::copy(bytes.begin(), bytes.end(), model.begin() + static_cast<std::ptrdiff_t>(from));
      std::fill_n(written.begin() + static_cast<std::ptrdiff_t>(from), count, true);
      if (random() % 4 == 0) {
        start += random() % kChunk;
        buffer.release_below(start);
      }
      for (uint64_t at = start; at < model.size(); at += 1 + random() % 997) {
        if (!written[at]) continue;
        ASSERT_EQ(buffer.read(at, 1)[0], model[at]) << "run " << run;
      }
    }
  }
}

}  // namespace
}  // namespace ngcshare::link
