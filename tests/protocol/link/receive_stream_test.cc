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

// A stream, and a flow control that offers it a window of some bytes.
struct Flow {
  explicit Flow(uint64_t window, uint64_t most)
      : flow(account, {window, most, uint64_t{1} << 62, uint64_t{1} << 62}) {}
  MemoryAccount account{nullptr};
  FlowControl flow;
};
struct OneStream : private Flow, public ReceiveStream {
  explicit OneStream(uint64_t window, uint64_t most) : Flow(window, most), ReceiveStream(flow) {}
  uint64_t limit() const { return credit().limit(); }
};

ReceiveStream::Result receive(ReceiveStream& stream, uint64_t offset, std::string_view text,
                              bool fin = false) {
  return stream.receive(offset, bytes_of(text), fin, kStart);
}

// Reads and returns all bytes that are readable now.
std::string read(ReceiveStream& stream) {
  std::string text;
  for (Bytes bytes = stream.readable(); !bytes.empty(); bytes = stream.readable()) {
    text.append(bytes.begin(), bytes.end());
    stream.consume(bytes.size(), kStart);
  }
  return text;
}

TEST(ReceiveStream, WidensForWhatWaitsBehindAHoleAndNotForASlowReader) {
  OneStream stream(100, 400);
  EXPECT_EQ(receive(stream, 99, "x"), kOk);  // far ahead, but little
  EXPECT_FALSE(stream.widen());
  EXPECT_EQ(receive(stream, 10, std::string(24, 'x')), kOk);
  EXPECT_TRUE(stream.widen());
  EXPECT_EQ(stream.limit(), 200U);
  EXPECT_EQ(receive(stream, 0, std::string(99, 'x')), kOk);
  EXPECT_FALSE(stream.widen());  // readable
  read(stream);
  EXPECT_FALSE(stream.widen());  // nothing waits behind a hole
}

TEST(ReceiveStream, GivesBytesInOrder) {
  OneStream stream(100, 100);
  EXPECT_TRUE(stream.readable().empty());
  EXPECT_EQ(receive(stream, 3, "def"), kOk);
  EXPECT_TRUE(stream.readable().empty());
  EXPECT_EQ(receive(stream, 0, "abc"), kOk);
  EXPECT_EQ(read(stream), "abcdef");
  EXPECT_EQ(stream.read_until(), 6U);
}

TEST(ReceiveStream, TakesWhatItHasAlreadyOnlyOnce) {
  OneStream stream(100, 100);
  receive(stream, 0, "abc");
  EXPECT_EQ(read(stream), "abc");
  EXPECT_EQ(receive(stream, 0, "xyzde"), kOk);  // bytes that arrived first are kept
  EXPECT_EQ(read(stream), "de");
  receive(stream, 6, "g");
  receive(stream, 5, "fXh");
  EXPECT_EQ(read(stream), "fgh");
}

TEST(ReceiveStream, EndsWhenAllBytesHaveBeenTaken) {
  OneStream stream(100, 100);
  EXPECT_FALSE(stream.at_end());
  receive(stream, 3, "def", true);
  EXPECT_FALSE(stream.at_end());
  receive(stream, 0, "abc");
  EXPECT_FALSE(stream.at_end());
  EXPECT_EQ(read(stream), "abcdef");
  EXPECT_TRUE(stream.at_end());
}

TEST(ReceiveStream, CanEndWithoutAByte) {
  OneStream stream(100, 100);
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
    OneStream stream(100, 100);
    ASSERT_EQ(receive(stream, 3, "def", true), kOk);
    EXPECT_EQ(receive(stream, row.offset, row.bytes, row.fin), row.result) << row.name;
    EXPECT_EQ(stream.credit().taken(), 6U) << row.name;
  }
}

TEST(ReceiveStream, DoesNotEndBelowBytesThatHaveCome) {
  OneStream stream(100, 100);
  receive(stream, 5, "f");
  EXPECT_EQ(receive(stream, 0, "abc", true), kProtocolError);
}

TEST(ReceiveStream, TakesNothingBeyondItsLimit) {
  OneStream stream(6, 6);
  EXPECT_EQ(receive(stream, 4, "efg"), kProtocolError);
  EXPECT_EQ(stream.credit().taken(), 0U);
  EXPECT_EQ(receive(stream, 4, "ef"), kOk);
  EXPECT_EQ(receive(stream, UINT64_MAX - 1, "efgh"), kProtocolError);
  EXPECT_EQ(receive(stream, 7, "", true), kProtocolError);
}

TEST(ReceiveStream, MovesItsLimitAsBytesAreTaken) {
  OneStream stream(8, 8);
  receive(stream, 0, "abcdefgh");
  EXPECT_FALSE(stream.consume(1, kStart));
  EXPECT_EQ(stream.limit(), 8U);
  EXPECT_TRUE(stream.consume(1, kStart));
  EXPECT_EQ(stream.limit(), 10U);
  EXPECT_EQ(receive(stream, 8, "ij"), kOk);
  EXPECT_EQ(receive(stream, 10, "k"), kProtocolError);
}

TEST(ReceiveStream, TellsNoLimitOnceTheEndIsKnown) {
  OneStream stream(8, 8);
  receive(stream, 0, "abcdefgh", true);
  EXPECT_FALSE(stream.consume(8, kStart));
}

TEST(ReceiveStream, RefusesMoreHolesThanItServesUntilTheyCloseAgain) {
  OneStream stream(1 << 20, 1 << 20);
  for (uint64_t i = 0; i < ReceiveStream::kMaxHoles; ++i) {
    ASSERT_EQ(receive(stream, 2 + 2 * i, "x"), kOk);
  }
  const uint64_t beyond = 2 + 2 * ReceiveStream::kMaxHoles;
  EXPECT_EQ(receive(stream, beyond, "x"), kTooManyHoles);
  EXPECT_EQ(stream.credit().taken(), beyond - 1);
  EXPECT_EQ(receive(stream, beyond - 1, "x"), kOk);  // continues the last range
  EXPECT_EQ(receive(stream, 0, "xx"), kOk);          // the next bytes to read are always taken
  EXPECT_EQ(read(stream), "xxx");
  EXPECT_EQ(receive(stream, beyond + 1, "x"), kOk);
}

// Two thousand single bytes lie in one chunk, but what is remembered of their places is larger.
TEST(ReceiveStream, PaysForTheMemoryOfItsHolesUntilTheyClose) {
  MemoryAccount account(nullptr);
  FlowControl flow(account, {1 << 20, 1 << 20, 1 << 20, 1 << 20});
  {
    ReceiveStream stream(flow, &account);
    for (uint64_t i = 0; i < 2000; ++i) ASSERT_EQ(receive(stream, 2 + 2 * i, "x"), kOk);
    EXPECT_GE(account.held(), StreamBuffer::kChunkBytes + 2000 * sizeof(RangeSet::Range));
    EXPECT_EQ(stream.buffered_bytes(), account.held());
    receive(stream, 0, std::string(4001, 'x'));
    EXPECT_EQ(account.held(), StreamBuffer::kChunkBytes);
    read(stream);
    EXPECT_EQ(account.held(), 0U);
    for (uint64_t i = 0; i < 100; ++i) receive(stream, 5000 + 2 * i, "x");
  }
  EXPECT_EQ(account.held(), 0U);
}

TEST(ReceiveStream, HoldsNoMoreMemoryThanItsWindow) {
  constexpr uint64_t kWindow = 4 * StreamBuffer::kChunkBytes;
  OneStream stream(kWindow, kWindow);
  const std::string many(kWindow, 'x');
  receive(stream, 0, many);
  EXPECT_EQ(stream.buffered_bytes(), kWindow);
  EXPECT_EQ(read(stream), many);
  EXPECT_EQ(stream.buffered_bytes(), 0U);
}

TEST(ReceiveStream, CompletesOffsetsNearTheHighest) {
  OneStream stream(UINT64_MAX / 2, UINT64_MAX / 2);
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
    OneStream stream(1 << 20, 1 << 20);
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
      stream.consume(taken, kStart);
    }
    EXPECT_EQ(result, source);
  }
}

}  // namespace
}  // namespace ngcshare::link
