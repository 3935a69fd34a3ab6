// Reads flags from environment variables: --data-dir from NGCSHARE_DATA_DIR. A flag on the command
// line wins.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bot/flags.h"
#include "bot/problems.h"

namespace ngcshare {

using Environment = std::map<std::string, std::string>;

// Returns all variables of this process.
Environment process_environment();

// Returns the value, or an empty string if the variable is not set.
std::string variable(const Environment& environment, const std::string& name);

// Adds the flags that are set by variables and not yet in `given`. A list is separated by commas or
// white space; a switch is 1 or 0; an empty value counts as not set.
void add_environment(const std::vector<Flag>& flags, const Environment& environment,
                     GivenFlags& given, Problems& problems);

// Returns the problem with a variable's name, or an empty string if it is no NGCSHARE_ variable or
// belongs to a flag of any subcommand. Refuses a variable that holds a secret itself, because it
// would be visible in `docker inspect` and to every child process.
std::string problem_with_variable(const std::string& name, const std::string& value);

}  // namespace ngcshare
