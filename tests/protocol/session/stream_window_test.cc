#include "protocol/session/stream_window.h"

#include <gtest/gtest.h>

#include <random>

#include "protocol/wire/packet.h"

namespace ngcshare {
namespace {

constexpr uint64_t kInitial = StreamWindow::kInitialBytes;
constexpr size_t kQuarter = kInitial / 4;

StreamWindow enforced_window() {
  StreamWindow window;
  window.enforce();
  return window;
}

TEST(StreamWindow, StartsWith512KiBInEachDirection) {
  StreamWindow window = enforced_window();
  EXPECT_EQ(window.sendable(), 524288U);
  EXPECT_TRUE(window.on_received(524288));
  EXPECT_FALSE(window.on_received(1));
}

TEST(StreamWindow, WithoutTheCapabilityLimitsNothing) {
  StreamWindow window;
  window.on_sent(size_t{10} * kInitial);
  EXPECT_GT(window.sendable(), kInitial);
  EXPECT_TRUE(window.on_received(size_t{10} * kInitial));
  EXPECT_EQ(window.on_consumed(size_t{10} * kInitial), std::nullopt);
  EXPECT_FALSE(window.on_window(1));
}

TEST(StreamWindow, IsUsedUpBySending) {
  StreamWindow window = enforced_window();
  window.on_sent(kInitial - 1);
  EXPECT_EQ(window.sendable(), 1U);
  window.on_sent(1);
  EXPECT_EQ(window.sendable(), 0U);
}

TEST(StreamWindow, GrowsToTheAbsoluteLimitTheOtherSideNames) {
  StreamWindow window = enforced_window();
  window.on_sent(kInitial);
  EXPECT_TRUE(window.on_window(kInitial + 1000));
  EXPECT_EQ(window.sendable(), 1000U);
}

TEST(StreamWindow, IgnoresALimitThatIsNotHigher) {
  StreamWindow window = enforced_window();
  EXPECT_TRUE(window.on_window(kInitial + 1000));
  EXPECT_FALSE(window.on_window(kInitial + 1000));
  EXPECT_FALSE(window.on_window(kInitial));
  EXPECT_FALSE(window.on_window(0));
  EXPECT_EQ(window.sendable(), kInitial + 1000);
}

TEST(StreamWindow, TakesTheHighestLimitThereIs) {
  StreamWindow window = enforced_window();
  window.on_sent(5);
  EXPECT_TRUE(window.on_window(std::numeric_limits<uint64_t>::max()));
  EXPECT_EQ(window.sendable(), std::numeric_limits<uint64_t>::max() - 5);
}

TEST(StreamWindow, CountsNothingOfWhatCameBeyondTheLimit) {
  StreamWindow window = enforced_window();
  EXPECT_FALSE(window.on_received(kInitial + 1));
  EXPECT_TRUE(window.on_received(kInitial));
}

TEST(StreamWindow, AnnouncesRoomWhenAQuarterHasBeenTaken) {
  StreamWindow window = enforced_window();
  ASSERT_TRUE(window.on_received(kInitial));
  EXPECT_EQ(window.on_consumed(kQuarter - 1), std::nullopt);
  EXPECT_EQ(window.on_consumed(1), kInitial + kQuarter);
  EXPECT_EQ(window.on_consumed(kQuarter - 1), std::nullopt);
  EXPECT_EQ(window.on_consumed(1), kInitial + 2 * kQuarter);
}

TEST(StreamWindow, LetsInWhatItHasAnnouncedAndNoMore) {
  StreamWindow window = enforced_window();
  ASSERT_TRUE(window.on_received(kInitial));
  ASSERT_TRUE(window.on_consumed(kQuarter).has_value());
  EXPECT_FALSE(window.on_received(kQuarter + 1));
  EXPECT_TRUE(window.on_received(kQuarter));
}

TEST(StreamWindow, KnowsALimitThatTheSenderMayNotHaveHeardOf) {
  StreamWindow window = enforced_window();
  EXPECT_EQ(window.unheard_limit(), std::nullopt);
  ASSERT_TRUE(window.on_received(kInitial));
  EXPECT_EQ(window.unheard_limit(), std::nullopt);  // it knows that one
  ASSERT_TRUE(window.on_consumed(kQuarter).has_value());
  EXPECT_EQ(window.unheard_limit(), kInitial + kQuarter);
  ASSERT_TRUE(window.on_received(1));  // it goes on: it has heard
  EXPECT_EQ(window.unheard_limit(), std::nullopt);
}

// A reader that takes everything at once announces four limits, and all of them may be lost.
TEST(StreamWindow, KnowsThatSeveralLimitsWereNotHeardOf) {
  StreamWindow window = enforced_window();
  ASSERT_TRUE(window.on_received(kInitial));
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(window.on_consumed(kQuarter).has_value());
  EXPECT_EQ(window.unheard_limit(), 2 * kInitial);
  ASSERT_TRUE(window.on_received(kQuarter));  // it has heard of one
  EXPECT_EQ(window.unheard_limit(), 2 * kInitial);
  ASSERT_TRUE(window.on_received(1));  // and of another
  EXPECT_EQ(window.unheard_limit(), std::nullopt);
}

// A sender may send no smaller packets than full ones.
TEST(StreamWindow, KnowsALimitThatASenderLeavesWithLessThanAPacketUnused) {
  StreamWindow window = enforced_window();
  ASSERT_TRUE(window.on_received(kInitial - kMaxStreamChunkBytes));
  ASSERT_TRUE(window.on_consumed(kQuarter).has_value());
  EXPECT_EQ(window.unheard_limit(), std::nullopt);
  ASSERT_TRUE(window.on_received(1));
  EXPECT_EQ(window.unheard_limit(), kInitial + kQuarter);
}

TEST(StreamWindow, WithoutTheCapabilityHasNoLimitToHearOf) {
  StreamWindow window;
  ASSERT_TRUE(window.on_received(kInitial));
  window.on_consumed(kInitial);
  EXPECT_EQ(window.unheard_limit(), std::nullopt);
}

TEST(StreamWindow, CannotHaveMoreTakenThanHasCome) {
  StreamWindow window = enforced_window();
  ASSERT_TRUE(window.on_received(10));
  EXPECT_EQ(window.on_consumed(kInitial), std::nullopt);
  ASSERT_TRUE(window.on_received(kQuarter));
  EXPECT_EQ(window.on_consumed(kQuarter), kInitial + 10 + kQuarter);
}

TEST(StreamWindow, NeverStallsASenderThatIsToldEveryLimit) {
  constexpr uint32_t kSeed = 7;
  std::mt19937 random(kSeed);
  StreamWindow sender = enforced_window();
  StreamWindow receiver = enforced_window();
  uint64_t sent = 0;
  uint64_t buffered = 0;  // at the receiver
  while (sent < 20 * kInitial) {
    const size_t wanted = random() % 200000 + 1;
    const auto step = static_cast<size_t>(std::min<uint64_t>(wanted, sender.sendable()));
    sender.on_sent(step);
    sent += step;
    ASSERT_TRUE(receiver.on_received(step)) << "seed " << kSeed;
    buffered += step;
    ASSERT_LE(buffered, kInitial) << "seed " << kSeed;
    const auto taken =
        static_cast<size_t>(sender.sendable() == 0 ? buffered : random() % (buffered + 1));
    buffered -= taken;
    if (const auto limit = receiver.on_consumed(taken)) sender.on_window(*limit);
    ASSERT_TRUE(sender.sendable() > 0 || buffered > 0) << "seed " << kSeed;
  }
}

}  // namespace
}  // namespace ngcshare
