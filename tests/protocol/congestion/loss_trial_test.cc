#include "protocol/congestion/loss_trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "protocol/congestion/controller.h"
#include "protocol/congestion/shared_loss.h"

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Verdict = LossTrial::Verdict;

constexpr uint64_t kPackets = 100;  // a round's
constexpr double kRate = 1e6;       // bytes per second

// A link whose rounds are told to its trial, beside another one that may lose too.
class TrialRig {
 public:
  // `rate_of_another`: of a link that loses too; 0: there is none.
  explicit TrialRig(double rate_of_another = kRate) : rate_of_another_(rate_of_another) {}

  // Passes a round of which `lost` packets of 100 are lost.
  Verdict round(uint64_t lost, Duration standing_queue = {}) {
    now_ += 50ms;
    if (rate_of_another_ > 0) shared_.note(another_, rate_of_another_, now_);
    return trial.on_round({(kPackets - lost) * kFullPacketBytes, lost * kFullPacketBytes, kRate,
                           standing_queue, now_});
  }
  // Passes rounds until a verdict, of which the trial must have begun before.
  Verdict verdict_of_trial(uint64_t lost, Duration standing_queue = {}) {
    for (int i = 0; i < 10; ++i) {
      if (const Verdict verdict = round(lost, standing_queue); verdict != Verdict::kNone) {
        return verdict;
      }
    }
    return Verdict::kNone;
  }
  void pass(Duration time) { now_ += time; }

 private:
  SharedLoss shared_;
  uint64_t another_ = shared_.enrol();
  double rate_of_another_;
  TimePoint now_{1h};

 public:
  LossTrial trial{&shared_};
};

TEST(LossTrial, IsNotMadeWhereNoOtherLinkLoses) {
  TrialRig rig(0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rig.round(20), Verdict::kNone);
  LossTrial alone(nullptr);
  EXPECT_EQ(alone.on_round({0, 100 * kFullPacketBytes, kRate, {}, TimePoint(1h)}), Verdict::kNone);
}

TEST(LossTrial, IsNotMadeForLossThatChanceExplains) {
  TrialRig rig;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rig.round(5), Verdict::kNone) << i;
  EXPECT_EQ(rig.round(6), Verdict::kBegun);
}

// Another link can lose, or say so, all the time.
TEST(LossTrial, IsSeldomMadeByALinkThatLosesOneOrTwoPercentAtRandom) {
  struct Case {
    double loss;
    int most_trials;
  };
  for (const auto& [loss, most_trials] : {Case{0.01, 10}, {0.02, 150}}) {
    std::mt19937 chance(1);
    std::binomial_distribution<uint64_t> lost(kPackets, loss);
    int trials = 0;
    for (int i = 0; i < 5000; ++i) {
      TrialRig rig;
      trials += rig.round(lost(chance)) == Verdict::kBegun ? 1 : 0;
    }
    EXPECT_LE(trials, most_trials) << loss;
  }
}

TEST(LossTrial, FindsAQueueWhereLossEndsAndHoldsForTwoSeconds) {
  TrialRig rig;
  ASSERT_EQ(rig.round(10), Verdict::kBegun);
  EXPECT_TRUE(rig.trial.is_on());
  EXPECT_EQ(rig.round(10), Verdict::kNone);  // sent before the trial
  EXPECT_EQ(rig.round(10), Verdict::kNone);
  EXPECT_EQ(rig.round(1), Verdict::kQueue);
  EXPECT_FALSE(rig.trial.is_on());
  EXPECT_TRUE(rig.trial.holds());
  rig.pass(1900ms);
  rig.round(0);
  EXPECT_TRUE(rig.trial.holds());
  rig.round(0);
  EXPECT_FALSE(rig.trial.holds());
}

TEST(LossTrial, FindsAQueueThatOthersKeepFull) {
  TrialRig rig;
  ASSERT_EQ(rig.round(10), Verdict::kBegun);
  EXPECT_EQ(rig.verdict_of_trial(10, 6ms), Verdict::kQueue);
}

TEST(LossTrial, ToleratesLossThatStays) {
  TrialRig rig;
  ASSERT_EQ(rig.round(6), Verdict::kBegun);
  ASSERT_EQ(rig.verdict_of_trial(6), Verdict::kRandom);
  EXPECT_FALSE(rig.trial.holds());
  for (int i = 0; i < 150; ++i) EXPECT_EQ(rig.round(6), Verdict::kNone) << i;
  EXPECT_EQ(rig.round(20), Verdict::kBegun);  // far more than that
}

TEST(LossTrial, IsMadeAgainAfterALongerTimeEachTime) {
  TrialRig rig;
  Duration trust = 10s;
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(rig.round(6), Verdict::kBegun) << i;
    ASSERT_EQ(rig.verdict_of_trial(6), Verdict::kRandom) << i;
    rig.pass(trust - 1s);
    EXPECT_EQ(rig.round(6), Verdict::kNone) << i;
    rig.pass(1s);
    trust = std::min<Duration>(2 * trust, 320s);
  }
}

// Loss in a queue is taken for random where others have not sent less at the same time.
TEST(LossTrial, ForgetsThatLossWasRandomWhenItEnds) {
  TrialRig rig;
  ASSERT_EQ(rig.round(10), Verdict::kBegun);
  ASSERT_EQ(rig.verdict_of_trial(10), Verdict::kRandom);
  for (int i = 0; i < 60; ++i) rig.round(0);
  EXPECT_EQ(rig.round(8), Verdict::kBegun);
}

TEST(LossTrial, TakesNoLossBeyondATenthForRandom) {
  TrialRig rig;
  ASSERT_EQ(rig.round(40), Verdict::kBegun);
  ASSERT_EQ(rig.verdict_of_trial(40), Verdict::kRandom);
  EXPECT_EQ(rig.round(40), Verdict::kBegun);
}

TEST(LossTrial, JudgesSmallRoundsTogether) {
  SharedLoss shared;
  LossTrial trial(&shared);
  const uint64_t other = shared.enrol();
  TimePoint now(1h);
  shared.note(other, kRate, now);
  const LossTrial::Round round{9 * kFullPacketBytes, kFullPacketBytes, kRate, {}, now};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(trial.on_round(round), Verdict::kNone) << i;
  EXPECT_EQ(trial.on_round(round), Verdict::kBegun);  // 7 of 70
}

TEST(LossTrial, LeavesEachLinkAnEqualShareInSteps) {
  struct Case {
    double rate_of_another;
    double gain;
  };
  for (const auto& [rate, gain] : {Case{kRate, 0.9},
                                   {0.9 * kRate, 0.9 * 0.95},
                                   {0.01 * kRate, 0.8},
                                   {1.2 * kRate, 0.9 * 1.1},
                                   {10 * kRate, 1.2}}) {
    TrialRig rig(rate);
    ASSERT_EQ(rig.round(10), Verdict::kBegun);
    EXPECT_DOUBLE_EQ(rig.trial.pace(), 0.8 * kRate);
    ASSERT_EQ(rig.verdict_of_trial(0), Verdict::kQueue);
    EXPECT_NEAR(rig.trial.rate_after(), gain * kRate, 0.001 * kRate) << rate;
  }
}

TEST(LossTrial, IsJoinedByALinkThatLosesLess) {
  SharedLoss shared;
  LossTrial first(&shared);
  LossTrial second(&shared);
  LossTrial third(&shared);
  TimePoint now(1h);
  const auto round = [&](uint64_t packets, uint64_t lost) {
    return LossTrial::Round{
        (packets - lost) * kFullPacketBytes, lost * kFullPacketBytes, kRate, {}, now};
  };
  EXPECT_EQ(first.on_round(round(100, 10)), Verdict::kNone);  // alone so far
  EXPECT_EQ(second.on_round(round(100, 10)), Verdict::kBegun);
  EXPECT_EQ(third.on_round(round(20, 1)), Verdict::kNone);  // by chance
  EXPECT_EQ(first.on_round(round(20, 3)), Verdict::kBegun);
}

TEST(SharedLoss, GivesTheMeanRateOfTheLinksThatLoseWithinASecond) {
  SharedLoss shared;
  const uint64_t one = shared.enrol();
  const uint64_t two = shared.enrol();
  const uint64_t three = shared.enrol();
  const TimePoint now(1h);
  EXPECT_EQ(shared.note(one, 100, now), std::nullopt);
  EXPECT_EQ(shared.note(one, 200, now), std::nullopt);
  EXPECT_EQ(shared.note(two, 400, now + 500ms), 300);
  EXPECT_EQ(shared.note(three, 600, now + 1s), 400);
  EXPECT_EQ(shared.note(three, 600, now + 1001ms), 500);
  EXPECT_EQ(shared.note(one, 100, now + 10s), std::nullopt);
}

}  // namespace
}  // namespace ngcshare::link
