#include "protocol/link/send_stream.h"

#include <gtest/gtest.h>

#include <random>
#include <string_view>

namespace ngcshare::link {
namespace {

constexpr uint64_t kAll = UINT64_MAX;

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string text_of(const SendStream& stream, const SendStream::Segment& segment) {
  std::string text(segment.length, '?');
  stream.copy(segment.offset, {reinterpret_cast<uint8_t*>(text.data()), text.size()});
  return text;
}

// Returns the next segment as "OFFSET:bytes", with "$" appended for the end, or "-" for none.
std::string next(SendStream& stream, size_t most = 100, uint64_t most_new = kAll) {
  const auto segment = stream.next_segment(most, most_new);
  if (!segment) return "-";
  return std::to_string(segment->offset) + ":" + text_of(stream, *segment) +
         (segment->fin ? "$" : "");
}

TEST(SendStream, HasNothingToSendAtFirst) {
  SendStream stream(100);
  EXPECT_FALSE(stream.has_something_to_send(kAll));
  EXPECT_EQ(next(stream), "-");
  EXPECT_FALSE(stream.all_acked());
}

TEST(SendStream, CutsWhatIsWrittenIntoSegments) {
  SendStream stream(100);
  stream.write(bytes_of("abc"));
  stream.write(bytes_of("defg"));
  EXPECT_EQ(stream.unsent(), 7U);
  EXPECT_EQ(next(stream, 5), "0:abcde");
  EXPECT_EQ(stream.unsent(), 2U);
  EXPECT_EQ(next(stream, 5), "5:fg");
  EXPECT_EQ(next(stream, 5), "-");
}

TEST(SendStream, EndsWithTheLastBytes) {
  SendStream stream(100);
  stream.write(bytes_of("abcd"));
  stream.finish();
  EXPECT_TRUE(stream.finishing());
  EXPECT_EQ(next(stream, 3), "0:abc");
  EXPECT_EQ(next(stream, 3), "3:d$");
  EXPECT_FALSE(stream.has_something_to_send(kAll));
}

TEST(SendStream, EndsWithoutBytesWhenAllWereSentBefore) {
  SendStream stream(100);
  stream.write(bytes_of("abc"));
  EXPECT_EQ(next(stream), "0:abc");
  stream.finish();
  EXPECT_TRUE(stream.has_something_to_send(0));
  EXPECT_EQ(next(stream, 100, 0), "3:$");
  EXPECT_EQ(next(stream), "-");
}

TEST(SendStream, CanEndWithoutAByte) {
  SendStream stream(0);
  stream.finish();
  EXPECT_EQ(next(stream), "0:$");
  EXPECT_FALSE(stream.all_acked());
  stream.on_acked(0, 0, true);
  EXPECT_TRUE(stream.all_acked());
}

TEST(SendStream, StopsAtThePeersLimitUntilItGrows) {
  SendStream stream(4);
  stream.write(bytes_of("abcdef"));
  stream.finish();
  EXPECT_EQ(next(stream), "0:abcd");
  EXPECT_FALSE(stream.has_something_to_send(kAll));
  EXPECT_EQ(next(stream), "-");
  stream.on_limit(5);
  stream.on_limit(2);
  EXPECT_EQ(next(stream), "4:e");
  stream.on_limit(kAll);
  EXPECT_EQ(next(stream), "5:f$");
}

TEST(SendStream, SendsNoMoreNewBytesThanTheLinkAllows) {
  SendStream stream(100);
  stream.write(bytes_of("abcdef"));
  EXPECT_EQ(next(stream, 100, 2), "0:ab");
  EXPECT_FALSE(stream.has_something_to_send(0));
  EXPECT_EQ(next(stream, 100, 0), "-");
}

TEST(SendStream, RetransmitsOnlyTheHoleWhenOnePacketIsLost) {
  SendStream stream(100);
  stream.write(bytes_of("abcdefghi"));
  for (int i = 0; i < 3; ++i) next(stream, 3);
  stream.on_acked(0, 3, false);
  stream.on_acked(6, 3, false);
  stream.on_lost(3, 3, false);
  EXPECT_TRUE(stream.has_something_to_send(0));
  const auto segment = stream.next_segment(100, 0);
  ASSERT_TRUE(segment);
  EXPECT_EQ(text_of(stream, *segment), "def");
  EXPECT_FALSE(segment->is_new);
  EXPECT_EQ(next(stream), "-");
}

TEST(SendStream, SendsWhatWasLostBeforeAnythingNew) {
  SendStream stream(100);
  stream.write(bytes_of("abcdef"));
  EXPECT_EQ(next(stream, 4), "0:abcd");
  stream.on_lost(0, 4, false);
  EXPECT_EQ(next(stream, 3), "0:abc");
  EXPECT_EQ(next(stream, 3), "3:d");
  EXPECT_EQ(next(stream, 3), "4:ef");
}

TEST(SendStream, LosesNothingThatWasAcknowledgedMeanwhile) {
  SendStream stream(100);
  stream.write(bytes_of("abcdef"));
  next(stream);
  stream.on_acked(2, 2, false);
  stream.on_lost(0, 6, false);
  EXPECT_EQ(next(stream), "0:ab");
  EXPECT_EQ(next(stream), "4:ef");
  EXPECT_EQ(next(stream), "-");
}

TEST(SendStream, SendsNothingAgainThatArrivesAfterAll) {
  SendStream stream(100);
  stream.write(bytes_of("abcdef"));
  next(stream);
  stream.on_lost(0, 6, false);
  stream.on_acked(0, 6, false);
  EXPECT_EQ(next(stream), "-");
}

TEST(SendStream, RepeatsALostEndWithTheBytesBeforeItAndAlone) {
  SendStream stream(100);
  stream.write(bytes_of("abcd"));
  stream.finish();
  EXPECT_EQ(next(stream, 3), "0:abc");
  EXPECT_EQ(next(stream, 3), "3:d$");
  stream.on_lost(3, 1, true);
  EXPECT_EQ(next(stream), "3:d$");
  stream.on_lost(3, 1, true);
  stream.on_acked(3, 1, false);
  EXPECT_EQ(next(stream), "4:$");
}

TEST(SendStream, AnEndThatHasArrivedIsNeverRepeated) {
  SendStream stream(100);
  stream.write(bytes_of("ab"));
  stream.finish();
  next(stream);
  stream.on_lost(0, 2, true);
  EXPECT_EQ(next(stream), "0:ab$");
  stream.on_acked(0, 2, true);
  stream.on_lost(0, 2, true);
  EXPECT_EQ(next(stream), "-");
  EXPECT_TRUE(stream.all_acked());
}

TEST(SendStream, ALostHoleBeforeTheEndGoesWithoutIt) {
  SendStream stream(100);
  stream.write(bytes_of("abcdef"));
  stream.finish();
  next(stream, 3);
  next(stream, 3);
  stream.on_lost(0, 3, false);
  EXPECT_EQ(next(stream), "0:abc");
  EXPECT_EQ(next(stream), "-");
}

TEST(SendStream, IsDoneOnlyWhenEveryByteAndTheEndAreAcknowledged) {
  SendStream stream(100);
  stream.write(bytes_of("abcdef"));
  stream.finish();
  next(stream, 3);
  next(stream, 3);
  stream.on_acked(3, 3, true);
  EXPECT_FALSE(stream.all_acked());
  stream.on_acked(0, 3, false);
  EXPECT_TRUE(stream.all_acked());
}

TEST(SendStream, FreesMemoryAsBytesAreAcknowledged) {
  SendStream stream(kAll);
  const std::vector<uint8_t> many(4 * StreamBuffer::kChunkBytes);
  stream.write(many);
  while (stream.next_segment(1000, kAll)) {
  }
  EXPECT_EQ(stream.buffered_bytes(), many.size());
  stream.on_acked(StreamBuffer::kChunkBytes, many.size() - StreamBuffer::kChunkBytes, false);
  EXPECT_EQ(stream.buffered_bytes(), many.size());
  stream.on_acked(0, StreamBuffer::kChunkBytes, false);
  EXPECT_EQ(stream.buffered_bytes(), 0U);
}

// Segments are acknowledged, lost, or both. Each byte arrives.
TEST(SendStream, DeliversEveryByteUnderRandomLoss) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const size_t size = random() % 5000;
    std::vector<uint8_t> source(size);
    for (auto& byte : source) byte = static_cast<uint8_t>(random());
    SendStream stream(kAll);
    std::vector<int> arrived(size, -1);
    std::vector<SendStream::Segment> sent;
    bool end = false;
    size_t written = 0;
    for (int step = 0; !stream.all_acked(); ++step) {
      ASSERT_LT(step, 100'000);
      if (written < size) {
        const size_t count = std::min<size_t>(random() % 300, size - written);
        stream.write(Bytes(source).subspan(written, count));
        written += count;
      }
      if (written == size && !stream.finishing()) stream.finish();
      if (const auto segment = stream.next_segment(1 + random() % 200, random() % 400)) {
        sent.push_back(*segment);
        std::vector<uint8_t> bytes(segment->length);
        stream.copy(segment->offset, bytes);
        if (random() % 4 != 0) {
          for (size_t i = 0; i < bytes.size(); ++i) arrived[segment->offset + i] = bytes[i];
          end = end || segment->fin;
          sent.back().is_new = true;  // stands for "has arrived"
        } else {
          sent.back().is_new = false;
        }
      }
      if (sent.empty() || random() % 3 == 0) continue;
      const size_t which = random() % sent.size();
      const auto segment = sent[which];
      sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(which));
      // Now and then a segment that has arrived is first counted as lost.
      if (!segment.is_new || random() % 5 == 0) {
        stream.on_lost(segment.offset, segment.length, segment.fin);
      }
      if (segment.is_new) stream.on_acked(segment.offset, segment.length, segment.fin);
    }
    EXPECT_TRUE(end);
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(arrived[i], source[i]) << i;
  }
}

// A peer can acknowledge every other byte.
TEST(SendStream, PaysForTheMemoryOfWhatIsAcknowledgedOutOfOrder) {
  MemoryAccount account(nullptr);
  SendStream stream(kAll, &account);
  stream.write(bytes_of(std::string(4000, 'x')));
  while (stream.next_segment(1, kAll)) {
  }
  for (uint64_t i = 1; i < 4000; i += 2) stream.on_acked(i, 1, false);
  EXPECT_GE(account.held(), StreamBuffer::kChunkBytes + 2000 * sizeof(RangeSet::Range));
  EXPECT_EQ(stream.buffered_bytes(), account.held());
  for (uint64_t i = 0; i < 4000; i += 2) stream.on_lost(i, 1, false);
  EXPECT_GE(account.held(), StreamBuffer::kChunkBytes + 4000 * sizeof(RangeSet::Range));
  stream.on_acked(0, 4000, false);
  EXPECT_EQ(account.held(), 0U);
}

}  // namespace
}  // namespace ngcshare::link
