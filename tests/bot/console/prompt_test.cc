// The prompt at a pseudo terminal. It runs in a child process, because libreadline keeps its state
// in globals and takes standard input.
#include "bot/console/prompt.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <memory>

#include "tests/bot/console/terminal_rig.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kPrompt = "ngcshare> ";
constexpr const char* kUp = "\x1b[A";
constexpr const char* kBack = "\x02";  // moves the cursor to the left
constexpr const char* kControlC = "\x03";
constexpr const char* kControlD = "\x04";
constexpr const char* kControlZ = "\x1a";

class PromptTest : public testing::Test {
 protected:
  // Starts a program that prints every line in brackets, with the text last given for completion.
  void start(const Lines& words = {}) {
    child_ = std::make_unique<test::TerminalChild>([&] { run(words); });
    child_->shows(kPrompt);
  }
  void run(const Lines& words) {
    ::setenv("TERM", "xterm", 1);
    ::setenv("INPUTRC", "/dev/null", 1);
    std::string completed;
    Prompt prompt(folder_.path(), [&](const std::string& line) {
      completed = line;
      Lines fitting;
      for (const std::string& word : words) {
        if (word.starts_with(line.substr(line.find_last_of(" \"") + 1))) fitting.push_back(word);
      }
      return fitting;
    });
    while (const auto line = prompt.read_line()) {
      std::printf("[%s](%s)\n", line->c_str(), completed.c_str());
      std::fflush(stdout);
      if (*line == "interrupt") std::raise(SIGINT);
    }
    std::puts("[end]");
  }
  // Types the keys and waits for the line that comes of them and for the next prompt.
  void expect_line(const std::string& keys, const std::string& line) {
    child_->type(keys);
    child_->shows("[" + line + "]");
    child_->shows(kPrompt);
  }
  void end() {
    child_->type(kControlD);
    EXPECT_EQ(child_->end(), 0);
  }
  Lines history() const {
    std::ifstream file(history_path_);
    Lines lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  test::TemporaryFolder folder_;
  const std::filesystem::path history_path_ = folder_ / "ctl_history";
  std::unique_ptr<test::TerminalChild> child_;
};

// -- lines ---------------------------------------------------------------------------------------

TEST_F(PromptTest, ReturnsLineAfterLine) {
  start();
  expect_line("services\n", "services");
  expect_line("\n", "");
  expect_line("say 'a  b'\n", "say 'a  b'");
  end();
}

TEST_F(PromptTest, ReturnsALineThatIsLongerThanTheTerminalIsWide) {
  start();
  const std::string line(3000, 'x');
  child_->type(line + "\n");
  child_->shows("[" + line + "]");
  child_->shows(kPrompt);
  end();
}

TEST_F(PromptTest, ReturnsLinesThatWereTypedAhead) {
  start();
  child_->type("one\ntwo\nthree\n");
  for (const char* line : {"[one]", "[two]", "[three]", kPrompt}) child_->shows(line);
  end();
}

TEST_F(PromptTest, ReturnsPastedLinesTogether) {
  start();
  child_->type("\x1b[200~one\ntwo\x1b[201~");
  child_->shows("two");
  expect_line("\n", "one\ntwo");
  end();
}

TEST_F(PromptTest, ControlDOnAnEmptyLineEndsTheInput) {
  start();
  child_->type("ab");
  child_->shows("ab");
  expect_line(std::string(kControlD) + "\n", "ab");
  child_->type(kControlD);
  child_->shows("[end]");
  EXPECT_EQ(child_->end(), 0);
  EXPECT_TRUE(child_->is_cooked()) << "the terminal is left as it was";
}

TEST_F(PromptTest, ShowsItselfOnStandardErrorWhenTheOutputGoesElsewhere) {
  const std::string output = folder_.file("output", "");
  child_ = std::make_unique<test::TerminalChild>([&] {
    if (std::freopen(output.c_str(), "w", stdout) == nullptr) ::_exit(1);
    run({});
  });
  child_->shows(kPrompt);
  child_->type("services\n");
  child_->shows(kPrompt);
  end();
  std::ifstream file(output);
  const std::string written(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(written, "[services]()\n[end]\n");
}

// -- signals -------------------------------------------------------------------------------------

TEST_F(PromptTest, ControlCDropsTheLine) {
  start();
  child_->type("unshare base");
  child_->shows("unshare base");
  child_->type(kControlC);
  child_->shows(kPrompt);
  child_->type(kControlC);
  child_->shows(kPrompt);
  expect_line("services\n", "services");
  EXPECT_EQ(history(), Lines{"services"});
  end();
}

TEST_F(PromptTest, BetweenLinesControlCDoesWhatItDidBefore) {
  start();
  child_->type("interrupt\n");
  EXPECT_EQ(child_->end(), -SIGINT);
}

TEST_F(PromptTest, ControlZShowsTheLineAgain) {
  start();
  child_->type("serv");
  child_->shows("serv");
  child_->type(kControlZ);  // stops nothing, because the child's session has no shell
  child_->shows(std::string(kPrompt) + "serv");
  expect_line("ices\n", "services");
  end();
}

TEST_F(PromptTest, AChangedWindowIsNoKey) {
  start();
  child_->type("serv");
  child_->shows("serv");
  child_->send(SIGWINCH);
  expect_line("ices\n", "services");
  end();
}

TEST_F(PromptTest, IsEndedBySignals) {
  for (const int signal : {SIGTERM, SIGHUP}) {
    start();
    child_->send(signal);
    EXPECT_EQ(child_->end(), -signal);
    EXPECT_TRUE(child_->is_cooked()) << "the terminal is left as it was";
  }
}

TEST_F(PromptTest, EndsWithItsTerminal) {
  start();
  child_->type("serv");
  child_->shows("serv");
  child_->hang_up();
  EXPECT_EQ(child_->end(), -SIGHUP);
}

// -- history -------------------------------------------------------------------------------------

TEST_F(PromptTest, RemembersEachLineAtOnceForItsOwnerAlone) {
  start();
  expect_line("services\n", "services");
  EXPECT_EQ(history(), Lines{"services"});
  expect_line("help\n", "help");
  EXPECT_EQ(history(), (Lines{"services", "help"}));
  struct stat status {};
  ASSERT_EQ(::stat(history_path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  end();
}

TEST_F(PromptTest, DoesNotRememberWhatItShouldNot) {
  start();
  expect_line("help\n", "help");
  expect_line("help\n", "help");            // a repetition
  expect_line("help  \n", "help  ");        // the same but for the space of a completion
  expect_line(" password\n", " password");  // begins with a space
  expect_line("\n", "");
  expect_line("services\n", "services");
  child_->type(std::string(1025, 'x') + "\n");
  child_->shows("](");
  child_->shows(kPrompt);
  EXPECT_EQ(history(), (Lines{"help", "services"}));
  end();
}

TEST_F(PromptTest, GivesBackTheLinesOfEarlierPrompts) {
  start();
  expect_line("services\n", "services");
  expect_line("help\n", "help");
  end();
  start();
  expect_line(std::string(kUp) + kUp + "\n", "services");
  EXPECT_EQ(history(), (Lines{"services", "help", "services"}));
  end();
}

TEST_F(PromptTest, KeepsTheLastThousandLines) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "help " + std::to_string(i) + "\n";
  folder_.file("ctl_history", text + std::string(1025, 'x') + "\n\n");
  start();
  expect_line("services\n", "services");
  const Lines kept = history();
  ASSERT_EQ(kept.size(), 1000U);
  EXPECT_EQ(kept.front(), "help 501");
  EXPECT_EQ(kept.at(998), "help 1499");
  EXPECT_EQ(kept.back(), "services");
  end();
}

TEST_F(PromptTest, WorksWithoutAHistoryAndSaysSoOnce) {
  std::filesystem::create_directory(history_path_);  // can be neither read nor replaced
  start();
  EXPECT_NE(child_->shown().find("ctl_history"), std::string::npos);
  child_->type("services\n");
  child_->shows("cannot save the history");
  child_->shows("[services]");
  child_->shows(kPrompt);
  expect_line("help\n", "help");
  expect_line(std::string(kUp) + kUp + "\n", "services");
  const std::string& shown = child_->shown();
  const std::string complaint = "cannot save the history";
  EXPECT_EQ(shown.find(complaint), shown.rfind(complaint));
  end();
}

// -- completion ----------------------------------------------------------------------------------

TEST_F(PromptTest, TabCompletesTheOnlyWordThatFits) {
  start({"services", "status"});
  expect_line("serv\t\n", "services ");
  expect_line("sta\tx\n", "status x");
  end();
}

TEST_F(PromptTest, TabCompletesWhatAllHaveInCommonAndThenListsThem) {
  start({"services", "serial", "help"});
  child_->type("s\t");
  child_->shows("ser");
  child_->type("\t\t");
  child_->shows("serial");
  child_->shows("services");
  child_->shows(std::string(kPrompt) + "ser");
  expect_line("v\t\n", "services ");
  end();
}

TEST_F(PromptTest, TabQuotesWhatNeedsIt) {
  start({"my server"});
  expect_line("unshare m\t\n", "unshare \"my server\" ");
  expect_line("unshare \"m\t\n", "unshare \"my server\" ");
  end();
}

TEST_F(PromptTest, TabNeverCompletesToAFile) {
  folder_.file("xylophone", "");
  start();
  expect_line((folder_ / "xylo").string() + "\t\n", (folder_ / "xylo").string());
  end();
}

TEST_F(PromptTest, AsksForCompletionsOfTheLineUpToTheCursor) {
  start();
  child_->type("share web 80");
  for (int i = 0; i < 3; ++i) child_->type(kBack);
  child_->type("\t\n");
  child_->shows("[share web 80](share web)");
  child_->shows(kPrompt);
  end();
}

TEST_F(PromptTest, ALongListIsShownWithoutAQuestion) {
  Lines words;
  for (int i = 100; i < 350; ++i) words.push_back("word-" + std::to_string(i));
  start(words);
  child_->type("word-\t\t");
  child_->shows("word-349");
  child_->shows(std::string(kPrompt) + "word-");
  expect_line("100\n", "word-100");
  EXPECT_EQ(child_->shown().find("y or n"), std::string::npos);
  for (const std::string& word : words) {
    EXPECT_NE(child_->shown().find(word), std::string::npos) << word;
  }
  end();
}

}  // namespace
}  // namespace ngcshare
