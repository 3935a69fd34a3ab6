// The JSON of a gateway (gateway_snapshot.h) as text for a terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ngcshare {

// Several lines. What is missing or of another kind in the JSON, which may be an older or newer
// gateway's, is left out.
std::string describe_status(const nlohmann::json& status);

}  // namespace ngcshare
