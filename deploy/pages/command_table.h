// The gateway's commands as `ngcshare ctl` accepts them, from the table that runs them.
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

// Returns the commands. `scratch`: a file that does not exist yet, for an empty database.
std::vector<CommandEntry> command_table(const std::filesystem::path& scratch);

}  // namespace ngcshare::pages
