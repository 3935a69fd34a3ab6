#include "protocol/link/flow_control.h"

#include <gtest/gtest.h>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

class FlowControlTest : public testing::Test {
 protected:
  FlowControlTest() { flow_.set_round_trip(100ms); }
  // Takes more bytes of a stream, whose limit stands far above.
  bool take(FlowControl::Incoming& stream, uint64_t bytes, Duration at) {
    return flow_.take(stream, stream.taken() + bytes, kStart + at);
  }

  MemoryAccount memory_{nullptr};
  FlowControl flow_{memory_, {1000, 3000, 4000, 12000}};
  FlowControl::Incoming stream_ = flow_.open();
};

// -- one stream

TEST_F(FlowControlTest, RaisesAStreamsLimitWhenAQuarterOfItsWindowHasBeenRead) {
  ASSERT_TRUE(take(stream_, 500, 0ms));
  EXPECT_FALSE(flow_.read(stream_, 249, kStart));
  EXPECT_EQ(stream_.limit(), 1000U);
  EXPECT_TRUE(flow_.read(stream_, 1, kStart));
  EXPECT_EQ(stream_.limit(), 1250U);
}

TEST_F(FlowControlTest, DoublesAStreamsWindowWhileAQuarterIsReadInLessThanARoundTrip) {
  take(stream_, 1000, 0ms);
  flow_.read(stream_, 250, kStart);
  EXPECT_TRUE(flow_.read(stream_, 250, kStart + 99ms));
  EXPECT_EQ(stream_.limit(), 2500U);
  EXPECT_TRUE(flow_.read(stream_, 500, kStart + 150ms));
  EXPECT_EQ(stream_.limit(), 4000U);  // 3000, the most
}

TEST_F(FlowControlTest, KeepsTheWindowOfASlowReader) {
  for (int i = 1; i <= 20; ++i) {
    ASSERT_TRUE(take(stream_, 250, i * 100ms));
    EXPECT_TRUE(flow_.read(stream_, 250, kStart + i * 100ms));
  }
  EXPECT_EQ(stream_.limit(), 6000U);
}

TEST_F(FlowControlTest, WidensForWhatWaitsBehindAHole) {
  EXPECT_FALSE(flow_.widen(stream_, 249));
  EXPECT_TRUE(flow_.widen(stream_, 250));
  EXPECT_EQ(stream_.limit(), 2000U);
  EXPECT_TRUE(flow_.widen(stream_, 500));
  EXPECT_EQ(stream_.limit(), 3000U);
  EXPECT_FALSE(flow_.widen(stream_, 3000));
}

// -- all streams

TEST_F(FlowControlTest, RaisesTheLinksLimitThoughNobodyReads) {
  FlowControl::Incoming others[4] = {flow_.open(), flow_.open(), flow_.open(), flow_.open()};
  EXPECT_TRUE(take(others[0], 999, 0ms));
  EXPECT_FALSE(flow_.limit_due());
  EXPECT_TRUE(take(others[0], 1, 0ms));
  EXPECT_TRUE(flow_.limit_due());
  EXPECT_EQ(flow_.limit(), 5000U);
  flow_.on_limit_sent();
  EXPECT_FALSE(flow_.limit_due());
  EXPECT_TRUE(take(others[1], 1000, 500ms));
  EXPECT_EQ(flow_.limit(), 6000U);
  EXPECT_TRUE(take(others[2], 1000, 550ms));  // faster than a round trip
  EXPECT_EQ(flow_.limit(), 11000U);
  EXPECT_EQ(flow_.unread(), 3000U);
}

TEST_F(FlowControlTest, TakesNothingBeyondEitherLimit) {
  FlowControl flow(memory_, {1000, 3000, 1500, 1500});
  FlowControl::Incoming one = flow.open();
  EXPECT_FALSE(flow.take(one, 1001, kStart));
  EXPECT_EQ(one.taken(), 0U);
  EXPECT_EQ(flow.taken(), 0U);
  FlowControl narrow(memory_, {5000, 5000, 1500, 1500});
  FlowControl::Incoming wide = narrow.open();
  EXPECT_FALSE(narrow.take(wide, 1501, kStart));
  EXPECT_EQ(wide.taken(), 0U);
  // A refusal earns nothing when the stream is given up.
  narrow.give_up(1, wide, false);
  EXPECT_TRUE(narrow.settle(1, 1501));
  EXPECT_EQ(narrow.taken(), 0U);
  EXPECT_EQ(narrow.limit(), 1500U);
}

TEST_F(FlowControlTest, StandsStillWhileMemoryIsShortAndGoesOnAfterwards) {
  constexpr uint64_t kMiB = 1024 * 1024;
  MemoryBudget budget(4 * kMiB);
  MemoryAccount memory(&budget);
  FlowControl flow(memory, {});
  FlowControl::Incoming stream = flow.open();
  memory.add(5 * kMiB);
  ASSERT_TRUE(flow.take(stream, 256 * 1024, kStart));
  EXPECT_TRUE(flow.is_short());
  EXPECT_EQ(flow.limit(), kMiB);
  EXPECT_FALSE(flow.read(stream, 128 * 1024, kStart));
  EXPECT_TRUE(flow.read(stream, 128 * 1024, kStart));  // the reader gets a small window
  EXPECT_EQ(stream.limit(), 256 * 1024U + FlowControl::kShortWindow);
  memory.remove(5 * kMiB);
  flow.retry();
  EXPECT_FALSE(flow.is_short());
  EXPECT_EQ(flow.limit(), kMiB + 256 * 1024);
}

// -- ends

TEST_F(FlowControlTest, CountsTheRestOfAStreamThatWasGivenUpWhenItsSenderTellsTheEnd) {
  take(stream_, 300, 0ms);
  flow_.give_up(7, stream_, false);
  EXPECT_EQ(flow_.unread(), 0U);
  EXPECT_EQ(flow_.unsettled(7), 300U);
  EXPECT_TRUE(flow_.settle(7, 1000));
  EXPECT_EQ(flow_.taken(), 1000U);
  EXPECT_EQ(flow_.unread(), 0U);
  EXPECT_FALSE(flow_.settle(7, 2000));
  EXPECT_EQ(flow_.taken(), 1000U);
}

TEST_F(FlowControlTest, ExpectsTheEndOfAStreamThatWasNeverOpened) {
  flow_.give_up_unopened(7);
  flow_.give_up_unopened(7);
  EXPECT_TRUE(flow_.settle(7, 1000));
  EXPECT_EQ(flow_.taken(), 1000U);
  EXPECT_EQ(flow_.limit(), 5000U);
}

TEST_F(FlowControlTest, ForgetsTheOldestEndsThatNeverCome) {
  for (MsgId id = 1; id <= FlowControl::kMaxUnsettled + 1; ++id) flow_.give_up_unopened(id);
  EXPECT_FALSE(flow_.unsettled(1));
  EXPECT_TRUE(flow_.unsettled(2));
  EXPECT_TRUE(flow_.unsettled(FlowControl::kMaxUnsettled + 1));
}

TEST_F(FlowControlTest, LetsSendUpToThePeersHighestLimit) {
  EXPECT_EQ(flow_.room(), 4000U);
  flow_.on_sent(4000);
  EXPECT_EQ(flow_.room(), 0U);
  flow_.on_limit(4500);
  flow_.on_limit(4100);
  EXPECT_EQ(flow_.room(), 500U);
}

}  // namespace
}  // namespace ngcshare::link
