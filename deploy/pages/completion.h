// Shell completions for `ngcshare`, generated from the tables that the program itself parses by.
#pragma once

#include <string>
#include <vector>

#include "bot/options/flags.h"
#include "deploy/pages/command_table.h"

namespace ngcshare::pages {

// Each returns a whole file for its shell.
std::string bash_completion(const std::vector<CommandEntry>& commands);
std::string zsh_completion(const std::vector<CommandEntry>& commands);
std::string fish_completion(const std::vector<CommandEntry>& commands);

// The kind of value a flag takes.
struct FlagValue {
  enum class Kind { kNone, kAnything, kFile, kFolder, kChoice };
  Kind kind = Kind::kNone;
  std::vector<std::string> choices = {};  // for kChoice
};
FlagValue value_of(const Flag& flag);

// Returns the words separated by blanks.
std::string join(const std::vector<std::string>& words);

// Returns `text` with every `from` replaced by `to`.
std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace ngcshare::pages
