#include <gtest/gtest.h>

#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

TEST(BanCommand, IsForATimeInOneWordOrTwo) {
  test::CommandRig rig;
  const Key group = key_of(0x11);
  rig.groups.put({group, "friends"});
  rig.present = {{{group, key_of(0xAA)}, "alice", Role::kUser}};
  const Asker admin{.level = Level::kAdmin, .chat_id = group, .key = key_of(0x77)};
  struct Case {
    const char* line;
    const char* answer;  // a part of it
  };
  for (const auto& [line, answer] :
       {Case{"ban @alice 90s", " is banned for 90 s"},
        {"ban @alice 10 minutes rude", " is banned for 10 min, reason: rude"},
        {"ban @alice 2 weeks", " is banned for 14 d"},
        {"ban @alice very rude", " is banned until unbanned, reason: very rude"},
        {"ban @alice \"\"", " is banned until unbanned"},
        {"ban @alice 10 times rude", "\"10\" is no time; for example: ban @alice 10m"}}) {
    const std::string text = rig.commands.run(line, admin).text;
    EXPECT_NE(text.find(answer), std::string::npos) << line << ": " << text;
  }
}

}  // namespace
}  // namespace ngcshare
