// Texts of --help, made from the tables of flags. They fit a terminal of 80 columns.
#pragma once

#include <string>

#include "bot/options/flags.h"

namespace ngcshare {

std::string program_help();
std::string subcommand_help(const Subcommand& subcommand);

}  // namespace ngcshare
