// Rules for the names of services that are typed here. Names in peers' Offers have the wider ones
// of the protocol (is_valid_service_name()).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ngcshare {

// Returns why a service cannot have this name, with an example, or nullopt if it can.
std::optional<std::string> problem_with_name(std::string_view name);

// Returns the hexadecimal digits behind the last @, as in SERVICE@KEY; "" if there are none, other
// characters, or more than a key has.
std::string_view digits_behind_at(std::string_view text);

}  // namespace ngcshare
