// Reads flags from environment variables: --data-dir from NGCSHARE_DATA_DIR. A flag on the command
// line wins.
#pragma once

#include <string>
#include <vector>

#include "bot/options/flags.h"
#include "bot/options/problems.h"
#include "bot/process/environment.h"

namespace ngcshare {

// Adds to `given` the values of flags that it does not have yet. A list is separated by commas or
// white space; a switch is 1 or 0; an empty value counts as absent. Wrong values go to `problems`.
void add_environment(const std::vector<Flag>& flags, const Environment& environment,
                     GivenFlags& given, Problems& problems);

// Returns the reason why a variable of this name is wrong, or an empty text if it is the twin of a
// flag of any subcommand or none of ngcshare's business. A variable that holds a secret itself is
// refused, because `docker inspect` and every child process would show it.
std::string problem_with_variable(const std::string& name, const std::string& value);

}  // namespace ngcshare
