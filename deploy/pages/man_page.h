// Generates the manual pages, in man(7): ngcshare(1), and ngcshare-NAME(1) for each subcommand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/options/flags.h"
#include "deploy/pages/command_table.h"

namespace ngcshare::pages {

// The text in each page's header and footer.
struct Edition {
  std::string version;
  std::string date;  // as YYYY-MM-DD
};

std::string program_page(const Edition& edition);
std::string subcommand_page(const Subcommand& subcommand, const std::vector<CommandEntry>& commands,
                            const Edition& edition);

// Returns whether the subcommand has a page of its own.
bool has_page(const Subcommand& subcommand);

}  // namespace ngcshare::pages
