#include "bot/gateway_state.h"

namespace ngcshare {
namespace {

std::string counted(size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

const char* describe(Connection connection) {
  switch (connection) {
    case Connection::kUdp:
      return "connected by UDP";
    case Connection::kTcp:
      return "connected by TCP relays";
    case Connection::kNone:
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

std::string describe(const GatewayState& state) {
  return counted(state.groups, "group") + ", " + counted(state.services, "service") + ", " +
         describe(state.connection);
}

std::string why_not_ready(const GatewayState& state) {
  if (state.connection == Connection::kNone) return describe(state.connection);
  return state.missing.empty() ? "" : "not yet in the group " + list(state.missing);
}

}  // namespace ngcshare
