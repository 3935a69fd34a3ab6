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
  ChatDoorTest() {
    groups_.put({.chat_id = speaker_.person.chat_id, .name = "friends", .group_roles = true});
    rig_.access.reread_groups();
    PortSet ports;
    EXPECT_TRUE(ports.add("1-65535"));
    rig_.access.configure({.admin_ports = ports});
  }

  void write(const std::string& text, bool is_private = false) {
    door_.on_line(speaker_, {text, is_private, ++last_id_}, now_);
  }
  void play_back(const std::string& text, uint32_t id) {
    door_.on_line(speaker_, {text, false, id}, now_);
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
  uint32_t last_id_ = 0;
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

TEST_F(ChatDoorTest, TellsAnInvitationLinkToTheAskerAloneInOneMessage) {
  InvitationLink link;
  link.chat_id = speaker_.person.chat_id;
  link.password = std::string(InvitationLink::kMostPasswordBytes, 'p');
  for (int i = 0; i < 4; ++i) link.nodes.push_back({"2001:db8::1", 33445, 3389, key_of(7)});
  rig_.program.links = {link};
  rig_.access.grant(speaker_.person, storage::AdminRole::kAdmin, {});
  write("/invite with-password");
  EXPECT_TRUE(said_.empty());
  ASSERT_FALSE(told_.empty());
  EXPECT_EQ(told_[0].first, speaker_.person);
  const auto parsed = parse_invitation_link(told_[0].second);
  ASSERT_TRUE(std::holds_alternative<InvitationLink>(parsed)) << told_[0].second;
  EXPECT_EQ(std::get<InvitationLink>(parsed).nodes, link.nodes);
  told_.clear();
  write(to_text(link));  // passed on in the group
  EXPECT_TRUE(told_.empty() && said_.empty());
}

TEST_F(ChatDoorTest, LeavesGroupTalkAloneButTakesPrivateLinesAsCommands) {
  write("share a 80");
  EXPECT_FALSE(shared("a"));
  write("share a 80", true);
  EXPECT_TRUE(shared("a"));
}

TEST_F(ChatDoorTest, LeavesCommandsOfOtherBotsInTheGroupUnanswered) {
  write("!weather Berlin");
  EXPECT_TRUE(told_.empty());
  write("!weather Berlin", true);
  EXPECT_EQ(told_.size(), 1U);
  write("/weather Berlin");
  EXPECT_EQ(told_.size(), 2U);
  write("!Services");
  EXPECT_EQ(told_.size(), 3U);
  write("!share \"our server 80");
  EXPECT_EQ(told_.size(), 4U);
  write("!share\u00A0web 80");
  EXPECT_TRUE(shared("web"));
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

// NGC can deliver an old message again.
TEST_F(ChatDoorTest, HearsALineThatIsPlayedBackOnlyOnce) {
  write("/share a 80");
  write("/unshare a");
  write("/yes");
  const uint32_t yes = last_id_;
  write("/share a 80");
  write("/unshare a");
  const size_t told = told_.size();
  play_back("/yes", yes);
  play_back("/yes", yes);
  EXPECT_TRUE(shared("a"));
  EXPECT_EQ(told_.size(), told);
  speaker_.person.key = key_of(0xA2);
  play_back("/services", yes);
  EXPECT_EQ(told_.size(), told + 1) << "an id is drawn by its sender";
}

TEST_F(ChatDoorTest, SpendsNothingOnWhatIsPlayedBack) {
  write("/services");
  for (int i = 0; i < 20; ++i) play_back("/services", last_id_);
  write("/share a 80");
  EXPECT_TRUE(shared("a"));
}

TEST(HeardLines, AreForgottenOfTheirGroupOnlyAndTheOldestFirst) {
  HeardLines heard;
  const Person here{key_of(1), key_of(9)};
  const Person there{key_of(2), key_of(9)};
  for (uint32_t id = 0; id <= HeardLines::kMostInGroup; ++id) heard.add(here, id);
  heard.add(there, 0);
  EXPECT_FALSE(heard.contains(here, 0));
  EXPECT_TRUE(heard.contains(here, 1));
  EXPECT_TRUE(heard.contains(there, 0));
  EXPECT_FALSE(heard.contains({key_of(3), key_of(9)}, 1));
}

TEST_F(ChatDoorTest, UnderstandsAPhonesKeyboard) {
  write("Share \u201Cour server\u201D 25565\u201325570/UDP", true);
  ASSERT_TRUE(shared("our server"));
  EXPECT_EQ(services_.find("our server")->ports,
            (std::vector<storage::PortRange>{{25565, 25570, false, true}}));
  write("Describe \u201Cour server\u201D It\u2019s \u201Cthe\u201D best \u2013 2\u20133 a day",
        true);
  EXPECT_EQ(services_.find("our server")->description,
            "It\u2019s \u201Cthe\u201D best \u2013 2\u20133 a day");
  write("Unshare\u00A0\u201Cour server\u201D\u00A0\u2014yes ", true);
  EXPECT_FALSE(shared("our server"));
  for (const char* line : {"services ", "Help", "services\u00A0", "Ngcshare: Whoami", "WHOAMI\n"}) {
    told_.clear();
    write(line, true);
    ASSERT_FALSE(told_.empty()) << line;
    EXPECT_EQ(told_[0].second.find("no such command"), std::string::npos) << line;
  }
}

TEST_F(ChatDoorTest, ChangesNoNicknameAndNoPassword) {
  rig_.present = {{{speaker_.person.chat_id, key_of(0xB1)}, "al\u2019ice", Role::kUser},
                  {{speaker_.person.chat_id, key_of(0xB2)}, "1\u20132\u201D", Role::kUser}};
  rig_.access.grant(speaker_.person, storage::AdminRole::kOwner, {});
  for (const char* line :
       {"ban @al\u2019ice", "ban @1\u20132\u201D", "ban \u201C@1\u20132\u201D\u201D"}) {
    told_.clear();
    write(line, true);
    EXPECT_NE(told_.at(0).second.find("is banned"), std::string::npos) << told_[0].second;
  }
  rig_.present[0].nick = "al\u00A0ice";
  told_.clear();
  write("ban @al\u00A0ice", true);
  EXPECT_NE(told_.at(0).second.find("al<U+00A0>ice B1B1B1B1B1B1B1B1"), std::string::npos);
  write("join " + std::string(64, '2') + " \u201Cp\u2014w", true);
  ASSERT_EQ(rig_.program.joined.size(), 1U);
  EXPECT_EQ(rig_.program.joined[0].second, "\u201Cp\u2014w");
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
  rig_.access.count_roles_of(speaker_.person.chat_id, false);
  write("/share b 80");
  EXPECT_FALSE(shared("b")) << "roles count only where an owner says so";
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
    {"Ngcshare: share web 80", "share web 80"},
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
