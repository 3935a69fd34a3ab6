// The configuration file of the packaged service: every variable that `ngcshare run` reads, each
// commented out, with what it means.
#pragma once

#include <string>

namespace ngcshare::pages {

std::string env_template();

}  // namespace ngcshare::pages
