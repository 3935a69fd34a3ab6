// How a gateway is, in one line: for its service manager and for ngcshare health.
#pragma once

#include <string>
#include <vector>

#include "bot/tox_node.h"

namespace ngcshare {

struct GatewayState {
  Connection connection = Connection::kNone;
  size_t groups = 0;
  size_t services = 0;
  std::vector<std::string> missing;  // groups that it should be in and is not, as they are shown
};

// "2 groups, 1 service, connected by UDP".
std::string describe(const GatewayState& state);

// Why it can't serve yet, in a few words; empty: it can.
std::string why_not_ready(const GatewayState& state);

}  // namespace ngcshare
