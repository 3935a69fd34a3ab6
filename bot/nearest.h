// What somebody may have meant who mistyped a name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ngcshare {

// The first of the nearest names that is at most two letters away (changed, added or removed);
// nullopt: none is. Only the first 64 letters of `name` are looked at.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> names);

}  // namespace ngcshare
