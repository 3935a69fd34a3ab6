// Tests that nothing goes online with a toxcore that has a known fault, unless that is accepted.
#include "bot/checks/toxcore.h"

#include <gtest/gtest.h>

#include "bot/base/exit_codes.h"
#include "tests/bot/options/options_helpers.h"

namespace ngcshare {
namespace {

using test::Arguments;
using test::kChatId;

const ToxcoreCopy kOld{.version = "0.2.22"};
const ToxcoreCopy kMended{.version = "0.2.22", .is_mended = true};
const ToxcoreCopy kNew{.version = "0.2.23", .is_release = true};

Problems check(Arguments arguments, const ToxcoreCopy& copy) {
  arguments.insert(arguments.end(), {"--data-dir", "/nowhere"});
  Problems problems;
  check_toxcore(test::parse(arguments), copy, problems);
  return problems;
}

const Arguments kOnline[] = {{"run"}, {"run", "--check"}, {"connect", kChatId}, {"node"}};

TEST(CheckToxcore, RefusesToGoOnlineWithTheFault) {
  for (const Arguments& arguments : kOnline) {
    const Problems problems = check(arguments, kOld);
    ASSERT_EQ(problems.errors().size(), 1U) << arguments[0];
    EXPECT_EQ(problems.exit_code(), kExitFailure);
    for (const char* said : {"toxcore 0.2.22", "GHSA-42vg-9mg3-399f", "0.2.23", "deploy/toxcore.sh",
                             "--insecure-toxcore"}) {
      EXPECT_NE(problems.errors()[0].find(said), std::string::npos) << problems.errors()[0];
    }
  }
}

TEST(CheckToxcore, AllowsASafeCopyAndAnAcceptedRisk) {
  for (Arguments arguments : kOnline) {
    EXPECT_TRUE(check(arguments, kMended).empty()) << arguments[0];
    EXPECT_TRUE(check(arguments, kNew).empty()) << arguments[0];
    arguments.emplace_back("--insecure-toxcore");
    EXPECT_TRUE(check(arguments, kOld).empty()) << arguments[0];
  }
}

TEST(CheckToxcore, LetsEverythingThatStaysOfflineStart) {
  EXPECT_TRUE(check({"backup", "file"}, kOld).empty());
  EXPECT_TRUE(check({"doctor"}, kOld).empty());
}

}  // namespace
}  // namespace ngcshare
