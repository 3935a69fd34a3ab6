// The JSON of a gateway (gateway_snapshot.h) as text for a terminal.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ngcshare {

// Several lines. What is missing or of another kind in the JSON, which may be an older or newer
// gateway's, is left out.
std::string describe_status(const nlohmann::json& status);

// What of a text fits a screen: its first lines, each up to so many characters.
std::string clip(std::string_view text, size_t lines, size_t columns);

}  // namespace ngcshare
