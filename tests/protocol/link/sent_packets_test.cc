#include "protocol/link/sent_packets.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/protocol/link/link_helpers.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::SeededEntropy;
using test::WrittenAck;
using Numbers = std::vector<uint64_t>;

constexpr TimePoint kStart{1h};

// Sends packets that carry their own number, a millisecond apart, over a path with an RTT of 80 ms.
class SentPacketsTest : public testing::Test {
 protected:
  SentPacketsTest() { rtt_.on_sample(80ms, 0ms); }

  void send(int count) {
    for (int i = 0; i < count; ++i) {
      SentPacket packet;
      packet.state = SentPacket::State::kInFlight;
      packet.body_bytes = 896;
      packet.sent_at = kStart + sent_.next_number() * 1ms;
      packet.add({SentFrame::Kind::kControl, false, 0, 0, sent_.next_number()});
      sent_.add(packet);
    }
  }
  void send_untracked() { sent_.add({}); }

  std::optional<SentPackets::AckResult> ack(const std::vector<PacketWriter::Range>& ranges) {
    return sent_.on_ack(WrittenAck(ranges).frame());
  }
  Numbers detect_lost(Duration when) { return numbers(sent_.detect_lost(rtt_, kStart + when)); }

  static Numbers numbers(const std::vector<SentPacket>& packets) {
    Numbers result;
    for (const SentPacket& packet : packets) result.push_back(packet.frames[0].offset);
    return result;
  }

  SentPackets sent_;
  RttEstimator rtt_;
};

TEST_F(SentPacketsTest, CountsWhatIsOnItsWayInWireBytes) {
  send(3);
  EXPECT_EQ(sent_.next_number(), 3U);
  EXPECT_EQ(sent_.bytes_in_flight(), 3000U);
  EXPECT_EQ(sent_.last_sent_at(), kStart + 2ms);
  ack({{1, 2}});
  EXPECT_EQ(sent_.bytes_in_flight(), 2000U);
  EXPECT_TRUE(sent_.anything_in_flight());
  ack({{0, 3}});
  EXPECT_EQ(sent_.bytes_in_flight(), 0U);
  EXPECT_FALSE(sent_.anything_in_flight());
}

TEST_F(SentPacketsTest, GivesEachPacketOnce) {
  send(5);
  auto result = ack({{3, 5}, {0, 1}});
  ASSERT_TRUE(result);
  EXPECT_EQ(numbers(result->acked), (Numbers{3, 4, 0}));
  EXPECT_TRUE(result->largest_is_new);
  EXPECT_EQ(result->largest_sent_at, kStart + 4ms);
  result = ack({{0, 5}});
  ASSERT_TRUE(result);
  EXPECT_EQ(numbers(result->acked), (Numbers{1, 2}));
  EXPECT_FALSE(result->largest_is_new);
  EXPECT_TRUE(ack({{0, 5}})->acked.empty());
}

TEST_F(SentPacketsTest, TakesNoRttFromAnAcknowledgementOfAnAcknowledgement) {
  send(1);
  send_untracked();
  const auto result = ack({{0, 2}});
  ASSERT_TRUE(result);
  EXPECT_EQ(numbers(result->acked), (Numbers{0}));
  EXPECT_FALSE(result->largest_is_new);
}

TEST_F(SentPacketsTest, UntrackedPacketsTakeANumberAndNothingElse) {
  send_untracked();
  send(1);
  send_untracked();
  EXPECT_EQ(sent_.next_number(), 3U);
  EXPECT_EQ(sent_.bytes_in_flight(), 1000U);
  EXPECT_EQ(numbers(ack({{1, 2}})->acked), (Numbers{1}));
  send(1);
  EXPECT_EQ(numbers(ack({{3, 4}})->acked), (Numbers{3}));
  EXPECT_TRUE(detect_lost(1h).empty());
}

// Each packet of the peer can make this side send one, and the peer can make the probe timeout
// long.
TEST_F(SentPacketsTest, KeepsNothingOfUntrackedPacketsWhileAnotherIsUnacknowledged) {
  send(1);
  for (int i = 0; i < 1'000'000; ++i) send_untracked();
  send(1);
  EXPECT_EQ(sent_.next_number(), 1'000'002U);
  EXPECT_EQ(sent_.kept(), 2U);
  for (uint64_t number = 1; number < 60'000; number += 2) ack({{number, number + 1}});
  EXPECT_EQ(sent_.kept(), 2U);
  EXPECT_EQ(numbers(ack({{1'000'001, 1'000'002}})->acked), (Numbers{1'000'001}));
  EXPECT_EQ(numbers(ack({{0, 1}})->acked), (Numbers{0}));
  EXPECT_EQ(sent_.kept(), 0U);
}

TEST_F(SentPacketsTest, RefusesAcknowledgementsOfWhatWasNeverSent) {
  send(3);
  EXPECT_FALSE(ack({{3, 4}}));
  EXPECT_FALSE(ack({{0, 10}}));
  EXPECT_FALSE(ack({{0xFFFFFF, 0x1000000}}));
  EXPECT_EQ(sent_.bytes_in_flight(), 3000U);
}

// Returns the numbers that were left out among the first `count` packets.
Numbers left_out(SentPackets& sent, size_t count) {
  Numbers numbers;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t number = sent.next_number();
    SentPacket packet;
    packet.state = SentPacket::State::kInFlight;
    sent.add(packet);
    for (uint64_t next = number + 1; next < sent.next_number(); ++next) numbers.push_back(next);
  }
  return numbers;
}

TEST_F(SentPacketsTest, LeavesOutNumbersWhereNobodyCanForeseeIt) {
  SeededEntropy chance(1);
  SentPackets sent(&chance);
  const Numbers numbers = left_out(sent, 10'000);
  ASSERT_GE(numbers.size(), 10'000 / (2 * SkippedNumbers::kLeastApart));
  std::set<uint64_t> distances;
  for (size_t i = 1; i < numbers.size(); ++i) distances.insert(numbers[i] - numbers[i - 1]);
  EXPECT_GE(*distances.begin(), SkippedNumbers::kLeastApart);
  EXPECT_LE(*distances.rbegin(), 2 * SkippedNumbers::kLeastApart);
  EXPECT_GT(distances.size(), numbers.size() / 4);
}

TEST_F(SentPacketsTest, BelievesNoPeerThatHasAcknowledgedANumberThatWasLeftOut) {
  SeededEntropy chance(1);
  SentPackets sent(&chance);
  const uint64_t number = left_out(sent, 1000)[2];
  const auto ack = [&](uint64_t begin, uint64_t end) {
    const WrittenAck written({{begin, end}});
    return sent.on_ack(written.frame());
  };
  EXPECT_TRUE(ack(number - 20, number));
  EXPECT_TRUE(ack(number + 1, number + 20));
  EXPECT_FALSE(ack(number - 1, number + 1));
  EXPECT_FALSE(ack(number + 20, number + 21));
}

TEST_F(SentPacketsTest, RefusesRangesBelowZero) {
  send(10);
  AckFrame ack;
  ack.largest = 4;
  ack.first = 5;
  EXPECT_FALSE(sent_.on_ack(ack));
  EXPECT_EQ(sent_.bytes_in_flight(), 10'000U);
}

TEST_F(SentPacketsTest, TakesNothingOfAnAcknowledgementWhoseLastRangeIsBelowZero) {
  send(10);
  const WrittenAck written({{8, 10}, {4, 6}, {1, 2}});
  AckFrame shifted = written.frame();
  shifted.largest -= 2;
  EXPECT_FALSE(sent_.on_ack(shifted));
  EXPECT_EQ(sent_.bytes_in_flight(), 10'000U);
  EXPECT_EQ(detect_lost(1h), Numbers{});
  EXPECT_EQ(numbers(ack({{7, 8}})->acked), (Numbers{7}));
}

TEST_F(SentPacketsTest, LosesWhatIsThreePacketsBehind) {
  send(5);
  ack({{2, 3}});
  EXPECT_EQ(detect_lost(81ms), Numbers{});
  ack({{3, 4}});
  EXPECT_EQ(detect_lost(81ms), (Numbers{0}));
  ack({{4, 5}});
  EXPECT_EQ(detect_lost(81ms), (Numbers{1}));
  EXPECT_EQ(sent_.bytes_in_flight(), 0U);
}

TEST_F(SentPacketsTest, LosesWhatIsNineEighthsOfARoundTripOlder) {
  send(2);
  ack({{1, 2}});
  EXPECT_EQ(detect_lost(80ms), Numbers{});
  EXPECT_EQ(sent_.loss_deadline(), kStart + 90ms);
  EXPECT_EQ(detect_lost(90ms - 1us), Numbers{});
  EXPECT_EQ(detect_lost(90ms), (Numbers{0}));
  EXPECT_EQ(sent_.loss_deadline(), std::nullopt);
}

TEST_F(SentPacketsTest, LosesNothingThatWasSentAfterTheLargestAcknowledged) {
  send(1);
  ack({{0, 1}});
  send(3);
  EXPECT_EQ(detect_lost(1h), Numbers{});
  EXPECT_EQ(sent_.loss_deadline(), std::nullopt);
}

TEST_F(SentPacketsTest, LosesNothingBeforeTheFirstAcknowledgement) {
  send(10);
  EXPECT_EQ(detect_lost(1h), Numbers{});
}

TEST_F(SentPacketsTest, APacketThatArrivesAfterItWasLostRaisesTheThresholdByNumber) {
  send(6);
  ack({{5, 6}});
  EXPECT_EQ(detect_lost(81ms), (Numbers{0, 1, 2}));
  const auto result = ack({{5, 6}, {0, 3}});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->acked.empty());
  EXPECT_EQ(numbers(result->recovered), (Numbers{0, 1, 2}));
  EXPECT_TRUE(ack({{5, 6}, {0, 3}})->recovered.empty());

  ack({{3, 6}});
  send(10);  // 6 to 15: a packet five behind the largest is not lost any more, six behind is
  ack({{11, 12}});
  EXPECT_EQ(detect_lost(82ms), Numbers{});
  ack({{12, 13}});
  EXPECT_EQ(detect_lost(82ms), (Numbers{6}));
}

TEST_F(SentPacketsTest, APacketThatArrivesAfterItWasLostRaisesTheThresholdByTime) {
  send(2);
  ack({{1, 2}});
  EXPECT_EQ(detect_lost(90ms), (Numbers{0}));
  ack({{0, 2}});
  send(2);
  ack({{3, 4}});
  EXPECT_EQ(detect_lost(92ms), Numbers{});
  EXPECT_EQ(sent_.loss_deadline(), kStart + 2ms + 100ms);
}

TEST_F(SentPacketsTest, GivesUpPacketsWithControlMessagesFirst) {
  const auto send_stream = [this] {
    SentPacket packet;
    packet.state = SentPacket::State::kInFlight;
    packet.add({SentFrame::Kind::kStream, false, 100, 7, sent_.next_number()});
    sent_.add(packet);
  };
  send_stream();
  send(1);
  for (int i = 0; i < 3; ++i) send_stream();
  send(1);
  EXPECT_EQ(numbers(sent_.give_up_oldest(3)), (Numbers{1, 5, 0}));
  EXPECT_EQ(numbers(sent_.give_up_all()), (Numbers{2, 3, 4}));
}

TEST_F(SentPacketsTest, TheThresholdsStayBounded) {
  for (int round = 0; round < 20; ++round) {
    const uint64_t first = sent_.next_number();
    send(400);
    ack({{first + 399, first + 400}});
    sent_.detect_lost(rtt_, kStart + 200h);
    ack({{first, first + 400}});
  }
  const uint64_t first = sent_.next_number();
  send(400);
  ack({{first + 257, first + 258}});
  EXPECT_EQ(detect_lost(first * 1ms), (Numbers{first, first + 1}));
  EXPECT_EQ(sent_.loss_deadline(), kStart + (first + 2) * 1ms + 160ms);
}

TEST_F(SentPacketsTest, RemembersABoundedNumberOfLostPackets) {
  send(2000);
  ack({{1999, 2000}});
  sent_.detect_lost(rtt_, kStart + 1h);
  const auto result = ack({{0, 2000}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->recovered.size(), 512U);
  EXPECT_EQ(result->recovered.front().frames[0].offset, 1999U - 512);
}

TEST_F(SentPacketsTest, GivesUpTheOldestFirst) {
  send(4);
  ack({{1, 2}});
  EXPECT_EQ(numbers(sent_.give_up_oldest(2)), (Numbers{0, 2}));
  EXPECT_EQ(sent_.bytes_in_flight(), 1000U);
  EXPECT_EQ(numbers(sent_.give_up_all()), (Numbers{3}));
  EXPECT_FALSE(sent_.anything_in_flight());
  EXPECT_EQ(numbers(ack({{0, 4}})->recovered), (Numbers{0, 2, 3}));
}

TEST_F(SentPacketsTest, GoesOnWhenNumbersWrapInTheirTwentyFourBits) {
  for (uint64_t i = 0; i < 0xFFFFFE; ++i) send_untracked();
  send(4);
  EXPECT_EQ(sent_.next_number(), 0x1000002U);
  const auto result = ack({{0x1000001, 0x1000002}, {0xFFFFFE, 0xFFFFFF}});
  ASSERT_TRUE(result);
  EXPECT_EQ(numbers(result->acked), (Numbers{0x1000001, 0xFFFFFE}));
  EXPECT_EQ(sent_.bytes_in_flight(), 2000U);
  EXPECT_FALSE(ack({{0x1000002, 0x1000003}}));
}

}  // namespace
}  // namespace ngcshare::link
