// Environment variables of a process, as a value.
#pragma once

#include <map>
#include <string>

namespace ngcshare {

using Environment = std::map<std::string, std::string>;

// Returns all variables of this process. Of two with one name the first counts, as for getenv().
Environment process_environment();

// Returns the variable's value, or an empty text if there is none.
std::string variable(const Environment& environment, const std::string& name);

}  // namespace ngcshare
