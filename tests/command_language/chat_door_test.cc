#include "bot/groups/chat_door.h"

#include <gtest/gtest.h>

#include "bot/tox/node.h"
#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

class ChatDoorTest : public testing::Test {
 protected:
  ChatDoorTest() { groups_.put({speaker_.person.chat_id, "friends"}); }

  void write(const std::string& text, bool is_private = false) {
    door_.on_message(speaker_, is_private, text, now_);
  }
  bool shared(const std::string& name) { return services_.find(name).has_value(); }

  test::CommandRig rig_;
  storage::GroupStore& groups_ = rig_.groups;
  storage::ServiceStore& services_ = rig_.services;
  PresentPerson speaker_{{key_of(0x11), key_of(0xA1)}, "alice", Role::kFounder};
  SeenPeople seen_{rig_.offline.loop, rig_.database, rig_.person_store,
                   [this] { return rig_.now; }};
  std::vector<std::pair<Person, std::string>> told_;
  std::vector<std::pair<std::optional<Key>, std::string>> said_;
  size_t room_ = 1000;  // private messages that are taken
  ChatDoor door_{rig_.commands,
                 rig_.access,
                 seen_,
                 [this] { return rig_.now; },
                 {.tell =
                      [this](const Person& to, const std::string& text) {
                        if (told_.size() >= room_) return false;
                        told_.emplace_back(to, text);
                        return true;
                      },
                  .say = [this](const std::optional<Key>& chat_id,
                                const std::string& text) { said_.emplace_back(chat_id, text); }}};
  TimePoint now_{std::chrono::seconds(1000)};
};

TEST_F(ChatDoorTest, TakesAFoundersCommandsWithEachPrefix) {
  write("/share a 80");
  write("!share b 80");
  write("ngcshare: share c 80");
  write("/share d 80", true);
  EXPECT_TRUE(shared("a") && shared("b") && shared("c") && shared("d"));
  EXPECT_EQ(services_.find("a")->chat_id, speaker_.person.chat_id);
  EXPECT_EQ(services_.find("a")->created_by, speaker_.person.key);
}

TEST_F(ChatDoorTest, LeavesGroupTalkAloneButTakesPrivateLinesAsCommands) {
  write("share a 80");
  EXPECT_FALSE(shared("a"));
  write("share a 80", true);
  EXPECT_TRUE(shared("a"));
}

TEST_F(ChatDoorTest, TakesTwelveCommandsAtOnceAndOneEveryFiveSeconds) {
  for (int i = 1; i <= 12; ++i) write("/share s" + std::to_string(i) + " 80");
  EXPECT_TRUE(shared("s12"));
  now_ += std::chrono::milliseconds(5100);
  write("/share s13 80");
  EXPECT_TRUE(shared("s13"));
}

TEST_F(ChatDoorTest, IsSilentForFiveMinutesToWhoeverSendsMore) {
  for (int i = 1; i <= 13; ++i) write("/share s" + std::to_string(i) + " 80");
  EXPECT_FALSE(shared("s13"));
  now_ += ChatDoor::kSilence - std::chrono::seconds(1);
  write("/share s14 80");
  EXPECT_FALSE(shared("s14"));
  now_ += std::chrono::seconds(2);
  write("/share s15 80");
  EXPECT_TRUE(shared("s15"));
}

TEST_F(ChatDoorTest, AsksTheGroupBeforeSomethingIsDestroyed) {
  write("/share a 80");
  write("/unshare a");
  EXPECT_TRUE(shared("a"));
  write("/yes");
  EXPECT_FALSE(shared("a"));
}

TEST_F(ChatDoorTest, NotesWhoSpeaks) {
  write("/help");
  seen_.write();
  const auto seen = rig_.person_store.list(speaker_.person.chat_id, 10);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].nick, "alice");
}

TEST_F(ChatDoorTest, SurvivesWhatIsNoText) {
  write("/" + std::string(1300, '\xFF'));
  write("/share a " + std::string(1000, '\x80'), true);
  write(std::string("/\0share", 7));
  write("", true);
  EXPECT_TRUE(services_.list().empty());
}

TEST_F(ChatDoorTest, AnswersPrivatelyAndTellsTheGroupWhatIsNew) {
  write("/share a 80");
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].first, speaker_.person);
  EXPECT_TRUE(told_[0].second.starts_with("shared a")) << told_[0].second;
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_EQ(said_[0].first, speaker_.person.chat_id);
  EXPECT_TRUE(said_[0].second.starts_with("now shared: a")) << said_[0].second;
}

TEST_F(ChatDoorTest, SaysOnceThatItWillBeSilent) {
  for (int i = 0; i < 20; ++i) write("/services");
  EXPECT_EQ(told_.size(), 13U);
}

TEST_F(ChatDoorTest, CutsAnswersIntoMessagesAndStopsWhereOneIsNotTaken) {
  write("/help");
  const size_t whole = told_.size();
  EXPECT_GT(whole, 2U);
  for (const auto& [to, text] : told_) EXPECT_LE(text.size(), ToxNode::kMaxMessageBytes);
  room_ = whole + 1;
  write("/help");
  EXPECT_EQ(told_.size(), room_);
  EXPECT_TRUE(said_.empty());
}

TEST_F(ChatDoorTest, DoesNotAnswerAnotherBot) {
  speaker_.is_bot = true;
  write("/share a 80");
  write("share a 80", true);
  EXPECT_FALSE(shared("a"));
  EXPECT_TRUE(told_.empty());
}

TEST_F(ChatDoorTest, VoidsAClaimTokenThatIsSaidInTheGroup) {
  const struct {
    const char* label;
    std::string before;
    std::string after;
  } kLines[] = {
      {"as it is typed in private", "claim ", ""},
      {"as a command", "/claim ", ""},
      {"in a sentence", "is it \"", "\"?"},
  };
  for (const auto& line : kLines) {
    const std::string token = rig_.access.issue_claim_token(rig_.offline.entropy, rig_.now);
    speaker_.role = Role::kUser;
    told_.clear();
    write(line.before + token + line.after);
    ASSERT_EQ(told_.size(), 1U) << line.label;
    EXPECT_NE(told_[0].second.find("ngcshare claim-token"), std::string::npos) << told_[0].second;
    const Person other{speaker_.person.chat_id, key_of(0xEE)};
    EXPECT_EQ(rig_.access.claim(token, other, rig_.now).outcome, ClaimResult::Outcome::kUsed)
        << line.label;
    EXPECT_EQ(rig_.access.level(speaker_.person, Role::kUser, rig_.now), Level::kMember);
  }
}

TEST_F(ChatDoorTest, VoidsATokenThatABotRepeats) {
  const std::string token = rig_.access.issue_claim_token(rig_.offline.entropy, rig_.now);
  speaker_.is_bot = true;
  write(token);
  EXPECT_EQ(rig_.access.claim(token, speaker_.person, rig_.now).outcome,
            ClaimResult::Outcome::kUsed);
}

TEST_F(ChatDoorTest, KeepsATokenOfWhichOnlyAPartOrAnotherOneIsSaid) {
  const std::string token = rig_.access.issue_claim_token(rig_.offline.entropy, rig_.now);
  write("/claim " + token.substr(1));
  write("/claim " + token + "0");
  for (int i = 0; i < 10; ++i) write("claim " + std::string(32, '0'));
  write("claim " + token, true);
  EXPECT_EQ(rig_.access.level(speaker_.person, Role::kUser, rig_.now), Level::kOwner);
}

TEST_F(ChatDoorTest, LetsTheRoleInTheGroupDecideWhatSomebodyMayDo) {
  speaker_.role = Role::kUser;
  write("/share a 80");
  EXPECT_FALSE(shared("a"));
  speaker_.role = Role::kModerator;
  write("/share a 80");
  EXPECT_TRUE(shared("a"));
}

TEST_F(ChatDoorTest, AnnouncesInOneGroupOrInAll) {
  door_.announce("web is down", speaker_.person.chat_id);
  door_.announce("web is up again", std::nullopt);
  ASSERT_EQ(said_.size(), 2U);
  EXPECT_EQ(said_[0].first, speaker_.person.chat_id);
  EXPECT_EQ(said_[1].first, std::nullopt);
}

// -- prefix --------------------------------------------------------------------------------------

struct PrefixCase {
  std::string_view line;
  std::optional<std::string_view> stripped;
};

const PrefixCase kPrefixes[] = {
    {"/share web 80", "share web 80"},
    {"!share web 80", "share web 80"},
    {"ngcshare: share web 80", "share web 80"},
    {"ngcshare:share web 80", "share web 80"},
    {"/  share", "share"},
    {"!\tshare", "share"},
    {"//", "/"},
    {"", std::nullopt},
    {"/", std::nullopt},
    {"! ", std::nullopt},
    {"ngcshare:", std::nullopt},
    {"ngcshare", std::nullopt},
    {"ngcshare share", std::nullopt},
    {"share web 80", std::nullopt},
    {" /share", std::nullopt},
    {"hello /share", std::nullopt},
};

TEST(StripPrefix, TakesOneOfThreePrefixesOff) {
  for (const PrefixCase& row : kPrefixes)
    EXPECT_EQ(strip_prefix(row.line), row.stripped) << row.line;
}

}  // namespace
}  // namespace ngcshare
