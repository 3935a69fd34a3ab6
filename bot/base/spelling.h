// Finds the name that a mistyped one was meant to be.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ngcshare {

// Returns the nearest of `names` that is at most two letters away (changed, added or removed), the
// first of equally near ones, or nullopt. Compares only the first 64 letters of `name`.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> names);

}  // namespace ngcshare
