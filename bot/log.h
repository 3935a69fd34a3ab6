// The log: one line an event on standard error, for a person or as JSON.
#pragma once

#include <string>

namespace ngcshare {

// REQUIRES: `level` is one of spdlog's names.
void start_log(const std::string& level, bool as_json);

}  // namespace ngcshare
