// Formats a gateway's JSON (status/snapshot.h) for a terminal.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ngcshare {

// Returns several lines. Omits values that are missing or have another type, because the JSON may
// be from an older or newer gateway.
std::string describe_status(const nlohmann::json& status);

// Cuts a text to a screen's size: its first `lines` lines, each up to `columns` characters.
std::string clip(std::string_view text, size_t lines, size_t columns);

}  // namespace ngcshare
