#include "bot/control/door.h"

#include <gtest/gtest.h>

#include "bot/base/log.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

class ControlDoorTest : public testing::Test {
 protected:
  std::vector<std::string> completed(const std::string& line) const {
    return door_.on_request(CompletionOf{line}).words;
  }

  Answer next_answer_{"done", "", true};
  std::vector<std::string> lines_;
  std::vector<Asker> askers_;
  std::vector<std::pair<std::string, std::optional<Key>>> announced_;
  OwnerDoor owner_{{[this](std::string_view line, const Asker& asker) {
                      lines_.emplace_back(line);
                      askers_.push_back(asker);
                      return next_answer_;
                    },
                    [this](const std::string& text, const std::optional<Key>& chat_id) {
                      announced_.emplace_back(text, chat_id);
                    },
                    [](const Asker&) {
                      return std::vector<std::string>{"share", "unshare", "services", "help"};
                    }}};
  ControlDoor door_{owner_,
                    {[] {
                       return std::vector<std::string>{"web", "my server", "my other"};
                     },
                     [](const HealthQuestion& question) {
                       return ControlAnswer{!question.ready, question.ready ? "not ready" : "live"};
                     },
                     [] {
                       return ControlAnswer{true, "{}"};
                     }}};
};

TEST_F(ControlDoorTest, RunsCommandsAsTheOwnerOfAllGroups) {
  EXPECT_EQ(door_.on_request(CommandLine{"share web 80"}), (ControlAnswer{true, "done"}));
  EXPECT_EQ(lines_, (std::vector<std::string>{"share web 80"}));
  ASSERT_EQ(askers_.size(), 1U);
  EXPECT_EQ(askers_[0].level, Level::kOwner);
  EXPECT_FALSE(askers_[0].chat_id);
  EXPECT_FALSE(askers_[0].key);
}

TEST_F(ControlDoorTest, KeepsWordsApart) {
  door_.on_request(CommandWords{{"share", "my \"server\"", "80"}});
  EXPECT_EQ(lines_, (std::vector<std::string>{R"(share "my \"server\"" 80)"}));
}

TEST_F(ControlDoorTest, TellsARefusal) {
  next_answer_ = {"no", "", false};
  EXPECT_EQ(door_.on_request(CommandLine{"x"}), (ControlAnswer{false, "no"}));
  EXPECT_TRUE(announced_.empty());
}

TEST_F(ControlDoorTest, AnswersForTheHealthOfTheGateway) {
  EXPECT_EQ(door_.on_request(HealthQuestion{false}), (ControlAnswer{true, "live"}));
  EXPECT_EQ(door_.on_request(HealthQuestion{true}), (ControlAnswer{false, "not ready"}));
  EXPECT_TRUE(lines_.empty());
}

TEST_F(ControlDoorTest, AnnouncesInAllGroupsOrInTheOneThatItConcerns) {
  Key group{};
  group.fill(7);
  next_answer_ = {"done", "now shared: web", true};
  door_.on_request(CommandLine{"share web 80"});
  next_answer_ = {"done", "no longer shared: web", true, group};
  door_.on_request(CommandLine{"unshare web"});
  ASSERT_EQ(announced_.size(), 2U);
  EXPECT_EQ(announced_[0].first, "now shared: web");
  EXPECT_EQ(announced_[0].second, std::nullopt);
  EXPECT_EQ(announced_[1].first, "no longer shared: web");
  EXPECT_EQ(announced_[1].second, group);
}

TEST_F(ControlDoorTest, LogsTheCommandAndNotItsWords) {
  start_log("info", false);
  next_answer_ = {.text = "that is no secret of this gateway", .ok = false, .command = "claim"};
  door_.on_request(CommandLine{"claim 5F0C"});
  ASSERT_FALSE(recent_log().empty());
  EXPECT_EQ(recent_log().front().message, "command \"claim\" from the control socket: refused");
}

TEST(ControlDoor, AnswersWhenTheDiskIsFull) {
  const OwnerDoor owner({[](std::string_view, const Asker&) -> Answer {
                           throw storage::StorageError(storage::StorageError::Kind::kFull, "file",
                                                       "the disk is full", "free some space");
                         },
                         nullptr, nullptr});
  const ControlDoor door(owner, {nullptr, nullptr, nullptr});
  const ControlAnswer answer = door.on_request(CommandLine{"share web 80"});
  EXPECT_FALSE(answer.ok);
  EXPECT_NE(answer.text.find("the disk is full"), std::string::npos) << answer.text;
}

struct CompletionCase {
  const char* line;
  std::vector<std::string> words;
};

TEST_F(ControlDoorTest, CompletesCommandsAndServices) {
  const CompletionCase cases[] = {
      {"", {"share", "unshare", "services", "help"}},
      {"  ", {"share", "unshare", "services", "help"}},
      {"s", {"share", "services"}},
      {"sh", {"share"}},
      {"x", {}},
      {"share", {"share"}},
      {"unshare ", {"web", "my server", "my other"}},
      {"unshare my", {"my server", "my other"}},
      {"unshare my\\ s", {"my server"}},
      {"unshare \"my s", {"my server"}},
      {"unshare 'my s", {"my server"}},
      {"unshare \"my server\"", {"my server"}},
      {"unshare \"my server\" ", {"web", "my server", "my other"}},
      {"help u", {"unshare"}},
      {"help ", {"share", "unshare", "services", "help"}},
  };
  for (const CompletionCase& row : cases) EXPECT_EQ(completed(row.line), row.words) << row.line;
}

}  // namespace
}  // namespace ngcshare
