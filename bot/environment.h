// The environment: which of its variables are flags' twins, and putting those beside the flags.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bot/flags.h"
#include "bot/problems.h"

namespace ngcshare {

using Environment = std::map<std::string, std::string>;

// All variables of this process.
Environment process_environment();

// The value, or an empty text where there is none.
std::string variable(const Environment& environment, const std::string& name);

// What the variables say of flags that were not given otherwise. A list is separated by commas or
// white space; a switch is 1 or 0; what is empty counts as not there.
void add_environment(const std::vector<Flag>& flags, const Environment& environment,
                     GivenFlags& given, Problems& problems);

// What is wrong with the name of a variable; empty: nothing, it is no business of ours or the twin
// of a flag of any subcommand. A secret that stands in a variable itself is refused: it would show
// in `docker inspect` and to every child process.
std::string problem_with_variable(const std::string& name, const std::string& value);

}  // namespace ngcshare
