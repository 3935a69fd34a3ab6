// The limits of what a member prints about gateways.
#include "bot/member/offer_news.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/loop_rig.h"

namespace ngcshare::test {
namespace {

constexpr size_t kBurst = static_cast<size_t>(OfferNews::kRates.subject_burst);
constexpr size_t kFlood = 10 * kBurst;

class OfferNewsTest : public testing::Test {
 protected:
  void start(bool as_json) {
    output_.emplace(as_json, [this](const std::string& line) { lines_.push_back(line); });
    news_.emplace(rig_.loop, *output_);
  }
  void say(const std::string& gateway, const std::string& line, size_t times = 1) {
    for (size_t i = 0; i < times; ++i) {
      news_->say({{"event", "offer"}, {"gateway", gateway}}, line);
    }
  }

  LoopRig rig_;
  std::vector<std::string> lines_;
  std::optional<Output> output_;
  std::optional<OfferNews> news_;
};

TEST_F(OfferNewsTest, LimitsOneGatewayWithoutLimitingOthersAndSumsUp) {
  start(/*as_json=*/true);
  say("AA", "", kFlood);
  EXPECT_GE(lines_.size(), kBurst);
  EXPECT_LE(lines_.size(), kBurst + 10);
  const size_t left_out = kFlood - lines_.size();
  say("BB", "");
  EXPECT_EQ(lines_.back(), "{\"event\":\"offer\",\"gateway\":\"BB\"}\n");
  news_->sum_up();
  const auto summary = nlohmann::json::parse(lines_.back());
  EXPECT_EQ(summary,
            (nlohmann::json{
                {"event", "left_out"}, {"of", "offer"}, {"events", left_out}, {"gateway", "AA"}}));
  lines_.clear();
  news_->sum_up();
  EXPECT_TRUE(lines_.empty()) << "once";
}

TEST_F(OfferNewsTest, SumsUpForAPerson) {
  start(/*as_json=*/false);
  say("AA", "also available: web", kFlood);
  const size_t left_out = kFlood - lines_.size();
  news_->sum_up();
  EXPECT_EQ(lines_.back(), "also available: web (and " + std::to_string(left_out - 1) +
                               " more lines like it, which were left out)\n");
}

TEST_F(OfferNewsTest, DoesNotCountWhatAPersonIsNotTold) {
  start(/*as_json=*/false);
  say("AA", "", kFlood);
  say("AA", "also available: web");
  EXPECT_EQ(lines_, std::vector<std::string>{"also available: web\n"});
}

}  // namespace
}  // namespace ngcshare::test
