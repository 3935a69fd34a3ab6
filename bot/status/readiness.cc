#include "bot/status/readiness.h"

#include "bot/base/units.h"

namespace ngcshare {
namespace {

const char* text_of(NetworkConnection connection) {
  switch (connection) {
    case NetworkConnection::kUdp:
      return "connected by UDP";
    case NetworkConnection::kTcp:
      return "connected by TCP relays";
    case NetworkConnection::kNone:
      break;
  }
  return "not connected to the Tox network";
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string describe(const Readiness& readiness) {
  return counted(readiness.groups, "group") + ", " + counted(readiness.services, "service") + ", " +
         text_of(readiness.connection);
}

Health live(const Readiness& readiness) { return {true, "live: " + describe(readiness)}; }

Health ready(const Readiness& readiness, const std::string& problem) {
  if (!problem.empty()) return {false, "not ready: " + problem};
  return {true, "ready: " + describe(readiness)};
}

std::string why_not_ready(const Readiness& readiness) {
  if (readiness.connection == NetworkConnection::kNone) return text_of(readiness.connection);
  return readiness.missing.empty() ? "" : "not yet in the group " + list(readiness.missing);
}

}  // namespace ngcshare
