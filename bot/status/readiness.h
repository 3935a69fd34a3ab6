// The health of a gateway in one line, for its service manager and for `ngcshare health`.
#pragma once

#include <string>
#include <vector>

#include "bot/tox/events.h"

namespace ngcshare {

struct Readiness {
  NetworkConnection connection = NetworkConnection::kNone;
  size_t groups = 0;
  size_t services = 0;
  std::vector<std::string> missing;  // names of the groups that it is not connected to
};

// Returns "2 groups, 1 service, connected by UDP".
std::string describe(const Readiness& readiness);

// Returns the reason why the gateway cannot serve yet, in a few words, or "" if it can.
std::string why_not_ready(const Readiness& readiness);

// The answer to `ngcshare health`. A gateway that can answer is live.
struct Health {
  bool good = true;
  std::string text;
};
Health live(const Readiness& readiness);
// `problem` is the reason why the gateway cannot serve yet, or "".
Health ready(const Readiness& readiness, const std::string& problem);

}  // namespace ngcshare
