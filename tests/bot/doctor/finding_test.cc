#include "bot/doctor/finding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace ngcshare {
namespace {

TEST(Render, IsALineWithTheAdviceBelow) {
  EXPECT_EQ(render({.name = "UDP", .finding = "3 of 3 answer"}),
            "OK    UDP             3 of 3 answer\n");
  EXPECT_EQ(render({.name = "data folder",
                    .state = CheckState::kWarn,
                    .finding = "is open to others",
                    .advice = "chmod 700 /data"}),
            "WARN  data folder     is open to others\n"
            "                      -> chmod 700 /data\n");
}

TEST(Render, KeepsTo80Columns) {
  std::string words;
  for (size_t i = 0; i < 60; ++i) words += (i == 0 ? "" : " ") + std::string(1 + i % 9, 'x');
  std::istringstream lines(
      render({.name = "x", .state = CheckState::kFail, .finding = words, .advice = words}));
  std::string joined;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    EXPECT_NE(line.back(), ' ');
    joined += line.substr(22) + " ";
  }
  EXPECT_EQ(joined.find("x"), 0U);
}

TEST(Render, CountsCharactersAndNotBytes) {
  std::string umlauts;
  for (int i = 0; i < 58; ++i) umlauts += "ä";
  EXPECT_EQ(render({.name = "x", .finding = umlauts}), "OK    x               " + umlauts + "\n");
}

TEST(Render, LeavesALongNameOrWordWhole) {
  const std::string name(40, 'n');
  const std::string path = "/" + std::string(100, 'p');
  EXPECT_EQ(render({.name = name, .finding = path}), "OK    " + name + " " + path + "\n");
}

TEST(Render, ShowsNoControlCharacters) {
  const std::string text = render({.name = "a\x1b[2J", .finding = "b\nFAIL c", .advice = "d\re"});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

const Finding kGood{.name = "good"};
const Finding kOdd{.name = "odd", .state = CheckState::kWarn};
const Finding kBad{.name = "bad", .state = CheckState::kFail};

struct VerdictCase {
  const char* name;
  Checks checks;
  CheckState state;
  const char* verdict;
};

TEST(Verdict, NamesWhatIsNotWell) {
  for (const VerdictCase& entry : std::vector<VerdictCase>{
           {"nothing", {}, CheckState::kOk, "All is well."},
           {"good", {kGood}, CheckState::kOk, "All is well."},
           {"odd", {kGood, kOdd}, CheckState::kWarn, "It should work. Worth a look: odd."},
           {"bad", {kBad, kGood, kBad}, CheckState::kFail, "Something is wrong: bad, bad."},
           {"both", {kOdd, kBad}, CheckState::kFail, "Something is wrong: bad. Worth a look: odd."},
       }) {
    EXPECT_EQ(verdict(entry.checks), entry.verdict) << entry.name;
    EXPECT_EQ(worst(entry.checks), entry.state) << entry.name;
  }
}

TEST(CheckJson, HoldsEverything) {
  Finding check = kBad;
  check.finding = "is broken";
  check.advice = "mend it";
  check.figures = {{"count", 3}};
  const auto json = to_json({kGood, check});
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["state"], "fail");
  EXPECT_EQ(json["verdict"], "Something is wrong: bad.");
  EXPECT_EQ(json["checks"][0],
            nlohmann::json({{"name", "good"}, {"state", "ok"}, {"finding", ""}}));
  EXPECT_EQ(json["checks"][1], nlohmann::json({{"name", "bad"},
                                               {"state", "fail"},
                                               {"finding", "is broken"},
                                               {"advice", "mend it"},
                                               {"figures", {{"count", 3}}}}));
}

}  // namespace
}  // namespace ngcshare
