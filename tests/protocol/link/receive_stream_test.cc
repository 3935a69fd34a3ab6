#include "protocol/link/receive_stream.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using enum ReceiveStream::Result;

constexpr TimePoint kStart{1h};

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

ReceiveStream::Result receive(ReceiveStream& stream, uint64_t offset, std::string_view text,
                              bool fin = false) {
  return stream.receive(offset, bytes_of(text), fin);
}

// Reads and returns all bytes that are readable now.
std::string read(ReceiveStream& stream) {
  std::string text;
  for (Bytes bytes = stream.readable(); !bytes.empty(); bytes = stream.readable()) {
    text.append(bytes.begin(), bytes.end());
    stream.consume(bytes.size(), kStart, 10ms);
  }
  return text;
}

TEST(ReceiveStream, WidensForWhatWaitsBehindAHoleAndNotForASlowReader) {
  ReceiveStream stream(100, 400);
  EXPECT_EQ(receive(stream, 99, "x"), kOk);  // far ahead, but little
  EXPECT_EQ(stream.widen(), std::nullopt);
  EXPECT_EQ(receive(stream, 10, std::string(24, 'x')), kOk);
  EXPECT_EQ(stream.widen(), 200U);
  EXPECT_EQ(stream.limit(), 200U);
  EXPECT_EQ(receive(stream, 0, std::string(99, 'x')), kOk);
  EXPECT_EQ(stream.widen(), std::nullopt);  // readable
  read(stream);
  EXPECT_EQ(stream.widen(), std::nullopt);  // nothing waits behind a hole
}

TEST(ReceiveStream, GivesBytesInOrder) {
  ReceiveStream stream(100, 100);
  EXPECT_TRUE(stream.readable().empty());
  EXPECT_EQ(receive(stream, 3, "def"), kOk);
  EXPECT_TRUE(stream.readable().empty());
  EXPECT_EQ(receive(stream, 0, "abc"), kOk);
  EXPECT_EQ(read(stream), "abcdef");
  EXPECT_EQ(stream.read_until(), 6U);
}

TEST(ReceiveStream, TakesWhatItHasAlreadyOnlyOnce) {
  ReceiveStream stream(100, 100);
  receive(stream, 0, "abc");
  EXPECT_EQ(read(stream), "abc");
  EXPECT_EQ(receive(stream, 0, "xyzde"), kOk);  // bytes that arrived first are kept
  EXPECT_EQ(read(stream), "de");
  receive(stream, 6, "g");
  receive(stream, 5, "fXh");
  EXPECT_EQ(read(stream), "fgh");
}

TEST(ReceiveStream, EndsWhenAllBytesHaveBeenTaken) {
  ReceiveStream stream(100, 100);
  EXPECT_FALSE(stream.at_end());
  receive(stream, 3, "def", true);
  EXPECT_FALSE(stream.at_end());
  receive(stream, 0, "abc");
  EXPECT_FALSE(stream.at_end());
  EXPECT_EQ(read(stream), "abcdef");
  EXPECT_TRUE(stream.at_end());
}

TEST(ReceiveStream, CanEndWithoutAByte) {
  ReceiveStream stream(100, 100);
  EXPECT_EQ(receive(stream, 0, "", true), kOk);
  EXPECT_TRUE(stream.at_end());
}

TEST(ReceiveStream, AnEndMayComeAgainButNoOther) {
  struct Case {
    const char* name;
    uint64_t offset;
    const char* bytes;
    bool fin;
    ReceiveStream::Result result;
  };
  const std::vector<Case> cases = {
      {"the same", 3, "def", true, kOk},
      {"the same, alone", 6, "", true, kOk},
      {"bytes before it", 2, "cde", false, kOk},
      {"the last byte without it", 5, "f", false, kOk},
      {"bytes behind it", 6, "g", false, kProtocolError},
      {"bytes across it", 5, "fg", false, kProtocolError},
      {"an earlier end", 2, "c", true, kProtocolError},
      {"a later end", 3, "defg", true, kProtocolError},
  };
  for (const Case& row : cases) {
    ReceiveStream stream(100, 100);
    ASSERT_EQ(receive(stream, 3, "def", true), kOk);
    EXPECT_EQ(receive(stream, row.offset, row.bytes, row.fin), row.result) << row.name;
    EXPECT_EQ(stream.highest(), 6U) << row.name;
  }
}

TEST(ReceiveStream, DoesNotEndBelowBytesThatHaveCome) {
  ReceiveStream stream(100, 100);
  receive(stream, 5, "f");
  EXPECT_EQ(receive(stream, 0, "abc", true), kProtocolError);
}

TEST(ReceiveStream, TakesNothingBeyondItsLimit) {
  ReceiveStream stream(6, 6);
  EXPECT_EQ(receive(stream, 4, "efg"), kProtocolError);
  EXPECT_EQ(stream.highest(), 0U);
  EXPECT_EQ(receive(stream, 4, "ef"), kOk);
  EXPECT_EQ(receive(stream, UINT64_MAX - 1, "efgh"), kProtocolError);
  EXPECT_EQ(receive(stream, 7, "", true), kProtocolError);
}

TEST(ReceiveStream, MovesItsLimitAsBytesAreTaken) {
  ReceiveStream stream(8, 8);
  receive(stream, 0, "abcdefgh");
  EXPECT_EQ(stream.consume(1, kStart, 10ms), std::nullopt);
  EXPECT_EQ(stream.limit(), 8U);
  EXPECT_EQ(stream.consume(1, kStart, 10ms), 10U);
  EXPECT_EQ(receive(stream, 8, "ij"), kOk);
  EXPECT_EQ(receive(stream, 10, "k"), kProtocolError);
}

TEST(ReceiveStream, TellsNoLimitOnceTheEndIsKnown) {
  ReceiveStream stream(8, 8);
  receive(stream, 0, "abcdefgh", true);
  EXPECT_EQ(stream.consume(8, kStart, 10ms), std::nullopt);
}

TEST(ReceiveStream, RefusesMoreHolesThanItServesUntilTheyCloseAgain) {
  ReceiveStream stream(1 << 20, 1 << 20);
  for (uint64_t i = 0; i < ReceiveStream::kMaxHoles; ++i) {
    ASSERT_EQ(receive(stream, 2 + 2 * i, "x"), kOk);
  }
  const uint64_t beyond = 2 + 2 * ReceiveStream::kMaxHoles;
  EXPECT_EQ(receive(stream, beyond, "x"), kTooManyHoles);
  EXPECT_EQ(stream.highest(), beyond - 1);
  EXPECT_EQ(receive(stream, beyond - 1, "x"), kOk);  // continues the last range
  EXPECT_EQ(receive(stream, 0, "xx"), kOk);          // the next bytes to read are always taken
  EXPECT_EQ(read(stream), "xxx");
  EXPECT_EQ(receive(stream, beyond + 1, "x"), kOk);
}

TEST(ReceiveStream, HoldsNoMoreMemoryThanItsWindow) {
  constexpr uint64_t kWindow = 4 * StreamBuffer::kChunkBytes;
  ReceiveStream stream(kWindow, kWindow);
  const std::string many(kWindow, 'x');
  receive(stream, 0, many);
  EXPECT_EQ(stream.buffered_bytes(), kWindow);
  EXPECT_EQ(read(stream), many);
  EXPECT_EQ(stream.buffered_bytes(), 0U);
}

TEST(ReceiveStream, CompletesOffsetsNearTheHighest) {
  ReceiveStream stream(UINT64_MAX / 2, UINT64_MAX / 2);
  EXPECT_EQ(stream.complete_offset(7), 7U);
  receive(stream, 0xFFFFFFF0, "abcd");
  EXPECT_EQ(stream.complete_offset(3), 0x100000003U);
  EXPECT_EQ(stream.complete_offset(0xFFFFFF00), 0xFFFFFF00U);
}

TEST(ReceiveStream, PutsAnyOrderAndRepetitionRight) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string source(random() % 3000, '\0');
    for (char& c : source) c = static_cast<char>(random());
    ReceiveStream stream(1 << 20, 1 << 20);
    std::string result;
    for (int step = 0; !stream.at_end(); ++step) {
      ASSERT_LT(step, 100'000);
      const size_t from = random() % (source.size() + 1);
      const size_t count = std::min<size_t>(random() % 200, source.size() - from);
      const bool reaches_end = from + count == source.size();
      ASSERT_EQ(receive(stream, from, std::string_view(source).substr(from, count), reaches_end),
                kOk);
      const Bytes bytes = stream.readable();
      const size_t taken = std::min<size_t>(bytes.size(), random() % 300);
      if (taken == 0) continue;
      result.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      stream.consume(taken, kStart, 10ms);
    }
    EXPECT_EQ(result, source);
  }
}

}  // namespace
}  // namespace ngcshare::link
