// A snapshot of the gateway in Prometheus's text format. Names and labels are listed in
// deploy/OPERATIONS.md; people are told by the first 8 digits of their keys.
#pragma once

#include <string>

#include "bot/gateway_snapshot.h"
#include "bot/http_server.h"

namespace ngcshare {

inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

// From any thread.
std::string to_metrics(const GatewaySnapshot& snapshot, const HttpCounters& http);

}  // namespace ngcshare
