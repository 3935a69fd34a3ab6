#include "protocol/link/ack_tracker.h"

#include <gtest/gtest.h>

#include "tests/protocol/link/link_helpers.h"

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

using Ranges = std::vector<RangeSet::Range>;

// Writes an acknowledgement and returns its ranges, highest first, and its delay.
Ranges written(AckTracker& tracker, TimePoint now, Duration* delay = nullptr) {
  const auto body =
      test::link_packet({}, [&](PacketWriter& out) { EXPECT_TRUE(tracker.write(out, now)); });
  std::vector<LinkFrame> frames;
  EXPECT_TRUE(decode_link_packet(body, frames));
  const auto& ack = std::get<AckFrame>(frames.at(0));
  Ranges ranges;
  EXPECT_TRUE(ack.for_each_range(ack.largest, [&](uint64_t begin, uint64_t end) {
    ranges.push_back({begin, end});
  }));
  if (delay != nullptr) *delay = ack.delay;
  return ranges;
}

TEST(AckTracker, AnswersTheSecondPacketAtOnceWhileTheRoundTripIsNotKnown) {
  AckTracker tracker;
  tracker.on_received(0, true, kStart);
  EXPECT_FALSE(tracker.due(kStart));
  tracker.on_received(1, true, kStart);
  EXPECT_TRUE(tracker.due(kStart));
  EXPECT_EQ(written(tracker, kStart), (Ranges{{0, 2}}));
  EXPECT_FALSE(tracker.due(kStart + 1h));
  EXPECT_EQ(tracker.deadline(), std::nullopt);
}

// Each with the arrival of a packet, by whose time the sender measures the rate.
TEST(AckTracker, AnswersSixteenTimesInARoundTrip) {
  AckTracker tracker;
  tracker.set_round_trip(32ms);
  uint64_t number = 0;
  for (const auto at : {0us, 500us, 1000us, 1500us, 1999us}) {
    tracker.on_received(number++, true, kStart + at);
    EXPECT_FALSE(tracker.due(kStart + at));
  }
  tracker.on_received(number++, true, kStart + 2ms);
  EXPECT_TRUE(tracker.due(kStart + 2ms));
}

TEST(AckTracker, AnswersWithoutAnotherPacketAfterTwiceThatTime) {
  AckTracker tracker;
  tracker.set_round_trip(32ms);
  tracker.on_received(0, true, kStart);
  tracker.on_received(1, true, kStart + 1ms);
  EXPECT_EQ(tracker.deadline(), kStart + 4ms);
  EXPECT_FALSE(tracker.due(kStart + 3999us));
  EXPECT_TRUE(tracker.due(kStart + 4ms));
  tracker.set_round_trip(10s);
  EXPECT_EQ(tracker.deadline(), kStart + AckTracker::kMaxDelay);
}

TEST(AckTracker, AnswersTheSixteenthPacketHoweverLongTheRoundTripIs) {
  AckTracker tracker;
  tracker.set_round_trip(10s);
  for (uint64_t number = 0; number < 15; ++number) tracker.on_received(number, true, kStart);
  EXPECT_FALSE(tracker.due(kStart));
  tracker.on_received(15, true, kStart);
  EXPECT_TRUE(tracker.due(kStart));
}

// The sender takes a packet for lost when three after it have arrived.
TEST(AckTracker, AnswersTheThreePacketsBehindAGapAtOnce) {
  AckTracker tracker;
  tracker.set_round_trip(1s);
  tracker.on_received(0, true, kStart);
  for (const uint64_t number : {2U, 3U, 4U}) {
    tracker.on_received(number, true, kStart);
    EXPECT_TRUE(tracker.due(kStart)) << number;
    written(tracker, kStart);
  }
  tracker.on_received(5, true, kStart);
  EXPECT_FALSE(tracker.due(kStart));
}

TEST(AckTracker, AnswersASinglePacketAfterTheDelay) {
  AckTracker tracker;
  tracker.on_received(0, true, kStart);
  EXPECT_EQ(tracker.deadline(), kStart + AckTracker::kMaxDelay);
  EXPECT_FALSE(tracker.due(kStart + AckTracker::kMaxDelay - 1us));
  EXPECT_TRUE(tracker.due(kStart + AckTracker::kMaxDelay));
}

TEST(AckTracker, TellsHowLongItHasWaited) {
  AckTracker tracker;
  tracker.on_received(0, true, kStart);
  Duration delay{};
  written(tracker, kStart + 4ms, &delay);
  EXPECT_EQ(delay, 4ms);
}

TEST(AckTracker, DoesNotAnswerAcknowledgements) {
  AckTracker tracker;
  for (uint64_t i = 0; i < 10; ++i) tracker.on_received(i, false, kStart);
  EXPECT_FALSE(tracker.due(kStart + 1h));
  EXPECT_EQ(tracker.deadline(), std::nullopt);
  EXPECT_TRUE(tracker.anything_new());
}

TEST(AckTracker, AnswersAtOnceWhenAGapOpensOrCloses) {
  AckTracker tracker;
  tracker.on_received(0, true, kStart);
  written(tracker, kStart);
  tracker.on_received(2, true, kStart);
  EXPECT_TRUE(tracker.due(kStart));
  EXPECT_EQ(written(tracker, kStart), (Ranges{{2, 3}, {0, 1}}));
  tracker.on_received(1, true, kStart);
  EXPECT_TRUE(tracker.due(kStart));
  EXPECT_EQ(written(tracker, kStart), (Ranges{{0, 3}}));
}

TEST(AckTracker, TakesTheFirstPacketAsItComesWhateverItsNumber) {
  AckTracker tracker;
  tracker.on_received(5, true, kStart);
  EXPECT_FALSE(tracker.due(kStart));
}

TEST(AckTracker, AnswersOftenEnoughInABurst) {
  AckTracker tracker;
  for (int i = 0; i < AckTracker::kMostPacketsPerAck; ++i) {
    EXPECT_FALSE(tracker.due_in_burst());
    tracker.on_received(static_cast<uint64_t>(i), true, kStart);
  }
  EXPECT_TRUE(tracker.due_in_burst());
}

TEST(AckTracker, KnowsDuplicates) {
  AckTracker tracker;
  EXPECT_FALSE(tracker.is_duplicate(0));
  tracker.on_received(0, true, kStart);
  tracker.on_received(2, true, kStart);
  EXPECT_TRUE(tracker.is_duplicate(0));
  EXPECT_FALSE(tracker.is_duplicate(1));
  EXPECT_TRUE(tracker.is_duplicate(2));
  EXPECT_FALSE(tracker.is_duplicate(3));
}

TEST(AckTracker, RemembersABoundedNumberOfRanges) {
  AckTracker tracker;
  for (uint64_t i = 0; i < 1000; ++i) tracker.on_received(2 * i, true, kStart);
  EXPECT_TRUE(tracker.is_duplicate(1));  // forgotten: its frames have been sent again long ago
  EXPECT_FALSE(tracker.is_duplicate(1997));
  EXPECT_FALSE(tracker.is_duplicate(2 * (1000 - AckTracker::kMaxRanges) + 1));
  EXPECT_TRUE(tracker.is_duplicate(2 * (1000 - AckTracker::kMaxRanges) - 3));
  const Ranges ranges = written(tracker, kStart);
  ASSERT_EQ(ranges.size(), kMaxAckRanges + 1);
  EXPECT_EQ(ranges.front(), (RangeSet::Range{1998, 1999}));
}

TEST(AckTracker, WritesAgainWhatCouldNotBeSent) {
  AckTracker tracker;
  tracker.on_received(0, true, kStart);
  written(tracker, kStart);
  EXPECT_FALSE(tracker.anything_new());
  tracker.write_again();
  EXPECT_TRUE(tracker.anything_new());
  EXPECT_TRUE(tracker.due(kStart));
  EXPECT_EQ(written(tracker, kStart), (Ranges{{0, 1}}));
}

TEST(AckTracker, HasNothingToWriteAgainBeforeAnythingCame) {
  AckTracker tracker;
  tracker.write_again();
  EXPECT_FALSE(tracker.due(kStart));
  EXPECT_FALSE(tracker.anything_new());
}

TEST(AckTracker, CompletesNumbersAcrossTheWrap) {
  AckTracker tracker;
  EXPECT_EQ(tracker.complete(0), 0U);
  tracker.on_received(0xFFFFFF, true, kStart);
  EXPECT_EQ(tracker.complete(0), 0x1000000U);
  EXPECT_EQ(tracker.complete(0xFFFFFE), 0xFFFFFEU);
  tracker.on_received(0x1000000, true, kStart);
  EXPECT_EQ(tracker.complete(1), 0x1000001U);
  EXPECT_TRUE(tracker.is_duplicate(tracker.complete(0xFFFFFF)));
}

// Returns the number of datagrams that an acknowledgement reports.
std::optional<uint32_t> reported_datagrams(AckTracker& tracker) {
  const auto body = test::link_packet({}, [&](PacketWriter& out) { tracker.write(out, kStart); });
  std::vector<LinkFrame> frames;
  EXPECT_TRUE(decode_link_packet(body, frames));
  return std::get<AckFrame>(frames.at(0)).datagrams;
}

TEST(AckTracker, ReportsTheDatagramsThatCameBeforeTheLargestPacket) {
  AckTracker tracker;
  tracker.set_reports_datagrams(true);
  tracker.on_received(0, true, kStart);
  EXPECT_EQ(reported_datagrams(tracker), 0U);
  tracker.on_datagram_received();
  tracker.on_datagram_received();
  EXPECT_EQ(reported_datagrams(tracker), 0U) << "they came after the largest packet";
  tracker.on_received(2, true, kStart);
  tracker.on_datagram_received();
  tracker.on_received(1, true, kStart);
  EXPECT_EQ(reported_datagrams(tracker), 2U);
}

TEST(AckTracker, ReportsNoDatagramsToAPeerThatDoesNotKnowTheForm) {
  AckTracker tracker;
  tracker.on_datagram_received();
  tracker.on_received(0, true, kStart);
  EXPECT_EQ(reported_datagrams(tracker), std::nullopt);
}

}  // namespace
}  // namespace ngcshare::link
