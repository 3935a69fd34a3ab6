// JSON as text in one line of ASCII, whatever strings are in it: names from the group may be no
// UTF-8, and bytes that are none become U+FFFD; and they may hold what moves a terminal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ngcshare {

template <typename Json>
std::string to_text(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace ngcshare
