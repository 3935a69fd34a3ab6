// Tests that the generated pages are complete and that all texts survive the target language.
#include <gtest/gtest.h>

#include "deploy/pages/completion.h"
#include "deploy/pages/env_template.h"
#include "deploy/pages/man_page.h"
#include "deploy/pages/roff.h"
#include "tests/bot/options/options_helpers.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare::pages {
namespace {

const std::vector<CommandEntry> kCommands = {
    {"share", "NAME PORT", "admin", "offers it; that's all", "share web 80"}};

std::string flag_word(const Flag& flag) { return "--" + std::string(flag.name); }

TEST(CommandTable, HasEveryCommandOnce) {
  const test::TemporaryFolder folder;
  const auto commands = command_table(folder / "scratch.db");
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  for (const char* name : {"share", "services", "claim-token", "shutdown", "help"}) {
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), name)) << name;
  }
}

TEST(Completion, OffersEveryFlagInEveryShell) {
  const std::string bash = bash_completion(kCommands);
  const std::string zsh = zsh_completion(kCommands);
  const std::string fish = fish_completion(kCommands);
  for (const Subcommand& subcommand : subcommands()) {
    for (const Flag& flag : flags_of(subcommand)) {
      EXPECT_NE(bash.find(flag_word(flag)), std::string::npos) << flag.name;
      EXPECT_NE(zsh.find(flag_word(flag) + "["), std::string::npos) << flag.name;
      EXPECT_NE(fish.find("is " + std::string(subcommand.name) + "' -l " + std::string(flag.name)),
                std::string::npos)
          << subcommand.name << " " << flag.name;
    }
  }
}

TEST(Completion, ChoosesAmongWhatTheProgramTakes) {
  size_t choices = 0;
  for (const Flag& flag : common_flags()) {
    for (const auto& choice : value_of(flag).choices) {
      EXPECT_EQ(test::usage_error({"run", flag_word(flag), choice}), "") << flag.name;
      ++choices;
    }
  }
  EXPECT_GT(choices, 0U);
}

TEST(Completion, QuotesWhatHelpSays) {
  EXPECT_NE(fish_completion(kCommands).find("'offers it; that\\'s all'"), std::string::npos);
  EXPECT_NE(zsh_completion(kCommands).find("'share:offers it; that'\\''s all'"), std::string::npos);
}

TEST(Roff, KeepsTextAsItIs) {
  EXPECT_EQ(roff::text("--a\\b – c"), "\\-\\-a\\eb \\(en c");
  EXPECT_EQ(roff::text(".TH is a request"), "\\&.TH is a request");
  EXPECT_EQ(roff::text("'so is this"), "\\&'so is this");
  EXPECT_EQ(roff::text(""), "");
}

TEST(ManPage, TellsEveryFlagAndCommand) {
  const Edition edition{"1.2.3", "2026-01-02"};
  for (const Subcommand& subcommand : subcommands()) {
    const std::string page = subcommand_page(subcommand, kCommands, edition);
    EXPECT_EQ(has_page(subcommand), page.find("\n.SH DESCRIPTION\n") != std::string::npos)
        << subcommand.name << " has no description";
    for (const Flag& flag : flags_of(subcommand)) {
      EXPECT_NE(page.find(roff::bold(flag_word(flag))), std::string::npos) << flag.name;
      EXPECT_NE(page.find(roff::text(flag.help)), std::string::npos) << flag.name;
    }
    EXPECT_NE(program_page(edition).find(roff::bold(subcommand.name)), std::string::npos);
    EXPECT_EQ(subcommand.name == "ctl", page.find("share web 80") != std::string::npos);
  }
}

TEST(EnvTemplate, HasTheVariablesOfRunCommentedOut) {
  const std::string text = env_template();
  for (const char* name : {"NGCSHARE_SHARE=", "NGCSHARE_NO_UDP=1\n", "NGCSHARE_PASSPHRASE_FILE="}) {
    EXPECT_NE(text.find("\n#" + std::string(name)), std::string::npos) << name;
  }
  EXPECT_EQ(text.find("\nNGCSHARE_"), std::string::npos);
  EXPECT_EQ(text.find("NGCSHARE_DATA_DIR"), std::string::npos) << "the unit sets it";
}

}  // namespace
}  // namespace ngcshare::pages
