// How a gateway is, in one line: for its service manager and for ngcshare health.
#pragma once

#include <string>
#include <vector>

#include "bot/control_protocol.h"
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

// A gateway that can answer is live. It is ready when it is connected and in every group.
ControlAnswer answer_health(const GatewayState& state, const HealthQuestion& question);

}  // namespace ngcshare
