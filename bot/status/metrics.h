// Formats a gateway's snapshot as Prometheus's text format. deploy/OPERATIONS.md lists the names
// and labels; people are identified by the first 8 digits of their keys.
#pragma once

#include <string>

#include "bot/http/server.h"
#include "bot/status/snapshot.h"

namespace ngcshare {

inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

// Callable from any thread.
std::string to_metrics(const GatewaySnapshot& snapshot, const HttpCounters& http);

}  // namespace ngcshare
