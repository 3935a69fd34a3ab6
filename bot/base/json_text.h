// Writes JSON as one line of ASCII. Names from the group may be invalid UTF-8, whose bytes become
// U+FFFD, or contain terminal control characters, which are escaped.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ngcshare {

template <typename Json>
std::string to_text(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace ngcshare
