// Splits a subcommand's command line into flags with their values, and other words.
#pragma once

#include <string>
#include <vector>

#include "bot/options/flags.h"
#include "bot/options/problems.h"

namespace ngcshare {

// Parses `arguments`, those after the subcommand's name; words after "--" are never flags. Adds a
// problem for each unknown flag, naming the nearest known one.
GivenFlags parse_command_line(const Subcommand& subcommand,
                              const std::vector<std::string>& arguments, Problems& problems);

}  // namespace ngcshare
