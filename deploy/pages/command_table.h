// The gateway's commands as they are told by `ngcshare ctl`, from the table that runs them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ngcshare::pages {

struct CommandEntry {
  std::string name;
  std::string arguments;
  std::string level;  // who may use it
  std::string help;
  std::string example;
};

// `scratch`: a file that is not there yet, for an empty database.
std::vector<CommandEntry> command_table(const std::filesystem::path& scratch);

}  // namespace ngcshare::pages
