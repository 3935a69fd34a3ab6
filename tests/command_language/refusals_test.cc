// A refusal gives the reason and an example that works; each example is run here.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

const Key kGroup = key_of(0x11);
const Key kOther = key_of(0x22);
const Key kAlice = key_of(0xAA);
const Key kBob = key_of(0xBB);

class Refusals : public testing::Test {
 protected:
  Refusals() {
    rig_.groups.put({kGroup, "friends"});
    rig_.groups.put({kOther, "others"});
    rig_.present = {{{kGroup, kAlice}, "alice", Role::kUser}, {{kGroup, kBob}, "bob", Role::kUser}};
    EXPECT_TRUE(owner("share web 8080-8081 24454/udp").ok);
  }
  Answer run(std::string_view line, Level level, const Key& key = key_of(0x77)) {
    return rig_.commands.run(
        line, {.level = level, .chat_id = kGroup, .key = key, .door = Door::kPrivate});
  }
  Answer owner(std::string_view line) { return run(line, Level::kOwner); }
  // Returns the text after the last "for example: ".
  static std::string example_in(const std::string& text) {
    constexpr std::string_view kMark = "for example: ";
    const size_t at = text.rfind(kMark);
    return at == std::string::npos ? "" : text.substr(at + kMark.size());
  }
  Level level_of(const Key& key) { return rig_.access.level({kGroup, key}, Role::kUser, rig_.now); }

  test::CommandRig rig_;
};

TEST_F(Refusals, NameACommandThatWorksInstead) {
  for (const char* line : {"share web 8080", "limit web rate=fast", "limit web connections=many",
                           "limit web speed=1", "acl web everybody"}) {
    const Answer answer = owner(line);
    EXPECT_FALSE(answer.ok) << line;
    const Answer instead = owner(example_in(answer.text));
    EXPECT_TRUE(instead.ok) << answer.text << " led to: " << instead.text;
  }
}

TEST_F(Refusals, OfPortsAndTargetsNameWordsThatWorkInstead) {
  const struct {
    const char* line;
    const char* instead;
  } kRows[] = {
      {"share game 0", "25565"},
      {"share game 70000", "25565/udp"},
      {"share game 90-80", "2456-2458/udp"},
      {"share game 1-65", "27000-27063/udp"},
      {"share game=x 80", ""},
      {"share game 80 @10.0.0.7", "25565@127.0.0.1"},
  };
  for (const auto& row : kRows) {
    const std::string said = owner(row.line).text;
    EXPECT_NE(said.find(row.instead), std::string::npos) << said;
    EXPECT_NE(said.find("for example"), std::string::npos) << said;
    if (*row.instead == '\0') continue;
    EXPECT_TRUE(owner("share game " + std::string(row.instead)).ok) << row.instead;
    EXPECT_TRUE(owner("unshare game --yes").ok);
  }
}

TEST_F(Refusals, OfATakenNameTellHowToChangeItOnlyWhereItIsSeen) {
  EXPECT_NE(owner("share web 81").text.find("edit web 81"), std::string::npos);
  const Asker elsewhere{.level = Level::kOwner, .chat_id = kOther, .key = kAlice};
  const std::string there = rig_.commands.run("share web 81", elsewhere).text;
  EXPECT_EQ(there.find("edit"), std::string::npos) << there;
  EXPECT_EQ(example_in(there), "share web-2 81");
}

TEST_F(Refusals, OfALevelTellWhoCanChangeThat) {
  EXPECT_EQ(
      run("share x 80", Level::kMember, kAlice).text,
      "share needs the level group admin; yours is member; an owner can change that, for example: "
      "admin add AAAAAAAAAAAAAAAA");
  EXPECT_TRUE(owner(example_in(run("share x 80", Level::kMember, kAlice).text)).ok);
  EXPECT_EQ(level_of(kAlice), Level::kAdmin);
  EXPECT_TRUE(owner(example_in(run("groups", Level::kAdmin, kAlice).text)).ok);
  EXPECT_EQ(level_of(kAlice), Level::kOwner);
}

TEST_F(Refusals, OfTheLastOwnersDemotionTellWhatIsToBeDoneFirst) {
  owner("admin add AAAAAAAAAAAAAAAA owner");
  const std::string said = owner("admin remove @alice").text;
  EXPECT_EQ(example_in(said), "admin add @alice owner");
  EXPECT_EQ(level_of(kAlice), Level::kOwner);
}

TEST_F(Refusals, OfAnUnknownPersonNameSomebodyWhoIsThere) {
  for (const char* line : {"ban @nobody", "ban me", "ban 99999999", "deny web @Alicia"}) {
    const std::string said = owner(line).text;
    EXPECT_NE(said.find("for example @alice or AAAAAAAAAAAAAAAA"), std::string::npos) << said;
  }
  rig_.present[1].nick = "alice";  // then the nickname is no good example
  EXPECT_NE(owner("ban me").text.find("for example AAAAAAAAAAAAAAAA"), std::string::npos);
}

TEST_F(Refusals, TellTheBannedWhyAndForHowLong) {
  owner("ban @alice 2h floods the chat");
  EXPECT_EQ(run("services", Level::kBanned, kAlice).text,
            "you are banned from this gateway for 2 h: floods the chat; an admin can end that, for "
            "example: unban AAAAAAAAAAAAAAAA");
  for (const char* line : {"", "help", "nonsense", "share \"x", "whoami", "yes"}) {
    EXPECT_FALSE(run(line, Level::kBanned, kAlice).ok) << line;
    EXPECT_NE(run(line, Level::kBanned, kAlice).text.find("you are banned"), std::string::npos);
  }
}

// A claim token comes from the machine's operator, who outranks a ban.
TEST_F(Refusals, TheBannedMayClaim) {
  owner("ban @alice");
  const std::string token = rig_.access.issue_claim_token(rig_.offline.entropy, rig_.now);
  EXPECT_TRUE(run("claim " + token, Level::kBanned, kAlice).ok);
  EXPECT_EQ(level_of(kAlice), Level::kOwner);
}

TEST_F(Refusals, OfABanSayWhatItWouldTake) {
  owner("admin add AAAAAAAAAAAAAAAA owner");
  EXPECT_NE(run("ban @alice", Level::kAdmin).text.find("lower level"), std::string::npos);
  owner("admin add BBBBBBBBBBBBBBBB owner");
  EXPECT_TRUE(owner(example_in(owner("ban @alice").text)).ok);
  EXPECT_TRUE(owner("ban @alice").ok);
}

TEST_F(Refusals, ComeBeforeTheQuestionWhetherSomethingShallBeDestroyed) {
  EXPECT_FALSE(owner("unshare nothing").ok);
  EXPECT_FALSE(owner("leave nowhere").ok);
  EXPECT_FALSE(owner("yes").ok) << "nothing was asked";
}

// The disk accepts the change and then nothing more.
TEST_F(Refusals, AreNotMadeOfWhatWasDoneAndOnlyNotRecorded) {
  SQLite::Database(rig_.database.path(), SQLite::OPEN_READWRITE)
      .exec("CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
  const Answer answer = owner("share game 25565");
  EXPECT_TRUE(answer.ok);
  EXPECT_NE(answer.text.find("could not be recorded"), std::string::npos) << answer.text;
  EXPECT_EQ(answer.announcement, "now shared: game (tcp 25565)");
  EXPECT_TRUE(rig_.services.find("game"));
}

TEST_F(Refusals, OfAGroupThatSeveralAreCalledListThem) {
  rig_.program.known = {
      {kGroup, "same", true, 1}, {kOther, "same", true, 1}, {kAlice, "", true, 1}};
  const std::string said = owner("leave same").text;
  EXPECT_NE(said.find(to_hex(kGroup)), std::string::npos) << said;
  EXPECT_FALSE(owner("leave \"\" --yes").ok) << "no name is no group's name";
  EXPECT_TRUE(owner("leave aaaaaaaa --yes").ok) << "digits of either case";
  EXPECT_EQ(rig_.program.left, std::vector<Key>{kAlice});
}

}  // namespace
}  // namespace ngcshare
