#include "bot/tunnel/rate_lane.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <vector>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

// A connection that always has more to send, `chunk` bytes in one turn.
struct Greedy {
  Greedy(RateLane& lane, ByteBudget& peer, size_t chunk = RateLane::kTurnBytes)
      : flow(lane, peer), chunk_bytes(chunk) {}
  void wait(TimePoint& now) {
    flow.wait([this, &now](size_t allowed) {
      const size_t bytes = std::min(allowed, chunk_bytes);
      flow.spend(bytes, now);
      passed += bytes;
      wait(now);
    });
  }

  RateLane::Flow flow;
  size_t chunk_bytes;
  size_t passed = 0;
};

class RateLaneTest : public testing::Test {
 protected:
  Greedy& add(ByteBudget& peer, size_t chunk = RateLane::kTurnBytes) {
    greedy_.push_back(std::make_unique<Greedy>(lane_, peer, chunk));
    greedy_.back()->wait(now_);
    return *greedy_.back();
  }
  void run_for(Duration time) {
    const TimePoint end = now_ + time;
    while (true) {
      const auto due = lane_.deadline(now_);
      if (!due || *due > end) break;
      now_ = std::max(now_, *due);
      lane_.run(now_);
    }
    now_ = end;
  }
  size_t passed() const {
    return std::accumulate(greedy_.begin(), greedy_.end(), size_t{0},
                           [](size_t sum, const auto& one) { return sum + one->passed; });
  }

  RateLane lane_;
  ByteBudget peer_;
  TimePoint now_ = kStart;
  std::vector<std::unique_ptr<Greedy>> greedy_;
};

TEST_F(RateLaneTest, SharesTheRateEquallyAmongThoseThatWait) {
  for (const uint64_t rate : {uint64_t{100'000}, uint64_t{2'000'000}, uint64_t{50'000'000}}) {
    greedy_.clear();
    lane_.set_rate(std::nullopt, now_);
    lane_.set_rate(rate, now_);
    for (int i = 0; i < 7; ++i) add(peer_);
    run_for(10s);
    EXPECT_NEAR(static_cast<double>(passed()), static_cast<double>(rate) * 10,
                static_cast<double>(rate) * 0.1);
    for (const auto& one : greedy_) {
      EXPECT_NEAR(static_cast<double>(one->passed), static_cast<double>(passed()) / 7,
                  2.0 * RateLane::kTurnBytes)
          << rate;
    }
  }
}

TEST_F(RateLaneTest, ALateComerWaitsForNoMoreThanOneTurnOfEachOther) {
  lane_.set_rate(1'000'000, now_);
  for (int i = 0; i < 10; ++i) add(peer_);
  run_for(1s);
  Greedy& late = add(peer_, 100);
  run_for(11 * 17ms);
  EXPECT_GE(late.passed, 100U);
}

TEST_F(RateLaneTest, WhoComesAnewDoesNotPassThoseThatWait) {
  lane_.set_rate(1'000'000, now_);
  RateLane::Flow first(lane_, peer_);
  EXPECT_GT(first.allowance(now_), 0U);
  Greedy& waiting = add(peer_);
  EXPECT_EQ(first.allowance(now_), 0U);
  lane_.run(now_);
  EXPECT_GT(waiting.passed, 0U);
}

TEST_F(RateLaneTest, APeerAtItsLimitHoldsNobodyElseUp) {
  ByteBudget slow;
  slow.set_rate(10'000, now_);
  lane_.set_rate(1'000'000, now_);
  add(slow);
  add(slow);
  add(peer_);
  run_for(10s);
  EXPECT_NEAR(static_cast<double>(greedy_[0]->passed + greedy_[1]->passed), 1e5, 3e3);
  EXPECT_NEAR(static_cast<double>(greedy_[0]->passed), 5e4, 3e3);
  EXPECT_NEAR(static_cast<double>(passed()), 1e7, 1e5);
}

TEST_F(RateLaneTest, APeersLimitHoldsForItsConnectionsTogether) {
  ByteBudget other;
  for (ByteBudget* peer : {&peer_, &other}) peer->set_rate(500'000, now_);
  for (int i = 0; i < 5; ++i) add(peer_);
  add(other);
  run_for(10s);
  EXPECT_NEAR(static_cast<double>(greedy_[5]->passed), 5e6, 5e4);
  EXPECT_NEAR(static_cast<double>(passed()), 1e7, 1e5);
}

TEST_F(RateLaneTest, ALimitThatChangesHoldsForThoseThatWait) {
  lane_.set_rate(1024, now_);
  Greedy& one = add(peer_);
  run_for(10s);
  const size_t slow = one.passed;
  EXPECT_LE(slow, 13'000U);
  lane_.set_rate(1'000'000, now_);
  run_for(10s);
  EXPECT_NEAR(static_cast<double>(one.passed - slow), 1e7, 1e5);
  const size_t fast = one.passed;
  lane_.set_rate(1024, now_);
  run_for(10s);
  EXPECT_LE(one.passed - fast, 10 * 1024 + ByteBudget::kLeastBurst);
}

TEST_F(RateLaneTest, NobodyWaitsWithoutALimit) {
  RateLane::Flow flow(lane_, peer_);
  EXPECT_FALSE(flow.limited());
  EXPECT_EQ(flow.allowance(now_), ByteBudget::kUnlimited);
  EXPECT_TRUE(flow.admits(65507, now_));
  EXPECT_EQ(lane_.deadline(now_), std::nullopt);
}

TEST_F(RateLaneTest, AFlowThatDiesWaitsNoLonger) {
  lane_.set_rate(1'000'000, now_);
  auto first = std::make_unique<RateLane::Flow>(lane_, peer_);
  auto second = std::make_unique<RateLane::Flow>(lane_, peer_);
  int turns = 0;
  // The one that gets its turn first destroys the other.
  first->wait([&](size_t /*bytes*/) { ++turns, second.reset(); });
  second->wait([&](size_t /*bytes*/) { ++turns, first.reset(); });
  lane_.run(now_);
  EXPECT_EQ(turns, 1);
  EXPECT_EQ(lane_.deadline(now_), std::nullopt);
  first->wait([&](size_t /*bytes*/) { first.reset(); });  // and itself
  lane_.run(now_);
  EXPECT_EQ(first, nullptr);
}

}  // namespace
}  // namespace ngcshare
