// Generates the configuration file of the packaged service: every variable that `ngcshare run`
// reads, commented out, with its meaning.
#pragma once

#include <string>

namespace ngcshare::pages {

std::string env_template();

}  // namespace ngcshare::pages
