#include "bot/member/waiting.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare::test {
namespace {

struct Case {
  Waiting waiting;
  std::vector<std::string> offered;
  std::string why;
};

TEST(Waiting, TellsTheReasonAndWhatMayHelp) {
  const Case cases[] = {
      {{.service = "web",
        .gateway_digits = "52791A7F00000000",
        .gateway = Waiting::Gateway::kOffline},
       {"ssh"},
       "its gateway 52791A7F00000000 is offline"},
      {{.service = "web",
        .gateway_digits = "52791A7F00000000",
        .gateway = Waiting::Gateway::kOnline},
       {"ssh"},
       "its gateway 52791A7F00000000 is online, but does not offer it: it is turned off, or not "
       "for you"},
      {{.service = "webb", .gateway_digits = ""},
       {"ssh", "web"},
       "nobody in the group offers it; did you mean web?"},
      {{.service = "minecraft", .gateway_digits = ""},
       {"ssh", "web"},
       "nobody in the group offers it; ngcshare connect CHAT_ID --list shows what there is"},
      {{.service = "web", .gateway_digits = ""}, {}, "nobody in the group offers anything yet"},
      {{.service = "web", .gateway_digits = "", .is_offered = true},
       {"web"},
       "it is offered, but has no local port"},
  };
  for (const Case& one : cases) EXPECT_EQ(why_it_waits(one.waiting, one.offered), one.why);
}

}  // namespace
}  // namespace ngcshare::test
