// A confirmation is for the thing that was asked about, and only `yes` is one.
#include <gtest/gtest.h>

#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

const Key kGroup = key_of(0x11);
const Key kAlice = key_of(0xAA);
const Key kBob = key_of(0xBB);

class Confirmations : public testing::Test {
 protected:
  Confirmations() {
    rig_.groups.put({kGroup, "friends"});
    rig_.program.known = {{kGroup, "friends", true, 3}};
    EXPECT_TRUE(bob("share web 80").ok);
  }
  Answer run(std::string_view line, const Key& key) {
    return rig_.commands.run(
        line, {.level = Level::kOwner, .chat_id = kGroup, .key = key, .door = Door::kPrivate});
  }
  Answer alice(std::string_view line) { return run(line, kAlice); }
  Answer bob(std::string_view line) { return run(line, kBob); }
  bool shared(const char* name) { return rig_.services.find(name).has_value(); }
  static bool is_question(const Answer& answer) {
    return answer.text.find("Reply yes") != std::string::npos;
  }

  test::CommandRig rig_;
};

TEST_F(Confirmations, AreAnsweredByTheCommandThatWasAskedAbout) {
  alice("unshare web");
  EXPECT_EQ(alice("yes").command, "unshare");
}

TEST_F(Confirmations, AreYesAndNothingElse) {
  EXPECT_TRUE(is_question(alice("unshare web")));
  EXPECT_TRUE(is_question(alice("unshare web"))) << "a repeated line is no yes";
  EXPECT_TRUE(shared("web"));
  EXPECT_TRUE(alice("yes").ok);
  EXPECT_FALSE(shared("web"));
}

TEST_F(Confirmations, CanBeDeclined) {
  EXPECT_FALSE(alice("no").ok) << "nothing was asked";
  alice("unshare web");
  EXPECT_TRUE(alice("no").ok);
  EXPECT_FALSE(alice("yes").ok);
  EXPECT_TRUE(shared("web"));
}

TEST_F(Confirmations, AreNotForAnotherServiceOfTheName) {
  EXPECT_TRUE(is_question(alice("unshare web")));
  EXPECT_TRUE(bob("unshare web --yes").ok);
  EXPECT_TRUE(bob("share web 80").ok);
  const Answer answer = alice("yes");
  EXPECT_FALSE(answer.ok);
  EXPECT_NE(answer.text.find("has changed since you were asked"), std::string::npos) << answer.text;
  EXPECT_TRUE(shared("web"));
  EXPECT_FALSE(alice("yes").ok) << "the question is forgotten";
  EXPECT_TRUE(shared("web"));
  EXPECT_TRUE(is_question(alice("unshare web")));
  EXPECT_TRUE(alice("yes").ok);
}

TEST_F(Confirmations, AreNotForAServiceThatHasChanged) {
  for (const char* line : {"edit web 81", "disable web", "enable web", "acl web list",
                           "acl web observers on", "describe web our page"}) {
    EXPECT_TRUE(is_question(alice("unshare web"))) << line;
    EXPECT_TRUE(bob(line).ok) << line;
    EXPECT_FALSE(alice("yes").ok) << line;
    EXPECT_TRUE(shared("web")) << line;
  }
}

TEST_F(Confirmations, AreNotForAServiceThatIsGone) {
  alice("unshare web");
  bob("unshare web --yes");
  EXPECT_NE(alice("yes").text.find("nothing called web"), std::string::npos);
}

TEST_F(Confirmations, AreNotForAGroupThatNowHasMoreToLose) {
  EXPECT_TRUE(is_question(alice("leave friends")));
  bob("share game 81");
  EXPECT_FALSE(alice("yes").ok);
  EXPECT_TRUE(rig_.program.left.empty());
  alice("leave friends");
  EXPECT_TRUE(alice("yes").ok);
  EXPECT_EQ(rig_.program.left, std::vector{kGroup});
}

TEST_F(Confirmations, AreNotForAnotherGroupOfTheName) {
  alice("leave friends");
  rig_.program.known = {{key_of(0x22), "friends", true, 3}};
  EXPECT_FALSE(alice("yes").ok);
  EXPECT_TRUE(rig_.program.left.empty());
}

TEST_F(Confirmations, NeedTheRightStill) {
  alice("unshare web");
  const Answer answer = rig_.commands.run(
      "yes", {.level = Level::kMember, .chat_id = kGroup, .key = kAlice, .door = Door::kPrivate});
  EXPECT_FALSE(answer.ok);
  EXPECT_TRUE(shared("web"));
}

}  // namespace
}  // namespace ngcshare
