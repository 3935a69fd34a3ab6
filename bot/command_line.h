// Splits a subcommand's command line into flags with their values and other words.
#pragma once

#include <string>
#include <vector>

#include "bot/flags.h"
#include "bot/problems.h"

namespace ngcshare {

// `arguments` are those behind the subcommand; words behind "--" are no flags, whatever they look
// like. A flag that does not exist is a problem, and the nearest one is named.
GivenFlags parse_command_line(const Subcommand& subcommand,
                              const std::vector<std::string>& arguments, Problems& problems);

}  // namespace ngcshare
