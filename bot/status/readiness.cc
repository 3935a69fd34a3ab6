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

std::string describe(const Readiness& state) {
  return counted(state.groups, "group") + ", " + counted(state.services, "service") + ", " +
         text_of(state.connection);
}

Health live(const Readiness& state) { return {true, "live: " + describe(state)}; }

Health ready(const Readiness& state, const std::string& problem) {
  if (!problem.empty()) return {false, "not ready: " + problem};
  return {true, "ready: " + describe(state)};
}

std::string why_not_ready(const Readiness& state) {
  if (state.connection == NetworkConnection::kNone) return text_of(state.connection);
  return state.missing.empty() ? "" : "not yet in the group " + list(state.missing);
}

}  // namespace ngcshare
