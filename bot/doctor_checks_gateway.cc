// A gateway that runs on the data folder, asked through its control socket.
#include <algorithm>
#include <sstream>

#include "bot/control_client.h"
#include "bot/doctor_checks.h"
#include "storage/instance_lock.h"

namespace ngcshare {
namespace {

constexpr std::chrono::seconds kPatience{3};

std::string process_of(const std::filesystem::path& folder) {
  const auto holder = storage::InstanceLock::holder(folder);
  return holder ? "process " + std::to_string(*holder) : "a process";
}

Check gateway_check(CheckState state, std::string finding, std::string advice = {}) {
  return {.name = "gateway",
          .state = state,
          .finding = std::move(finding),
          .advice = std::move(advice)};
}

Check not_listening(const std::filesystem::path& folder) {
  if (!storage::InstanceLock::is_held(folder)) {
    return gateway_check(CheckState::kOk, "not running");
  }
  return gateway_check(CheckState::kFail,
                       process_of(folder) + " works on the folder but takes no commands",
                       "wait a moment if it has just started; else end it and start it again");
}

}  // namespace

Check judge_groups(const std::string& answer) {
  size_t groups = 0;
  size_t connecting = 0;
  std::istringstream lines(answer);
  for (std::string line; std::getline(lines, line);) {
    // NAME, N peers, CHAT-ID; or NAME, connecting, CHAT-ID. A name may hold anything.
    const size_t id = line.rfind(", ");
    if (id == std::string::npos) continue;
    ++groups;
    if (line.substr(0, id).ends_with(", connecting")) ++connecting;
  }
  Check check{.name = "groups",
              .finding = std::to_string(groups - connecting) + " of " + std::to_string(groups) +
                         " connected",
              .figures = {{"groups", groups}, {"connected", groups - connecting}}};
  if (groups == 0) {
    check.state = CheckState::kWarn;
    check.finding = "the gateway is in none";
    check.advice = "ngcshare ctl join CHAT-ID, or start it with --create NAME";
  } else if (connecting != 0) {
    check.state = CheckState::kWarn;
    check.advice = "wait a minute if the gateway has just started; else see the network below";
  }
  return check;
}

GatewayLook check_gateway(const std::filesystem::path& folder) {
  const ControlClient client(folder, kPatience);
  try {
    const ControlAnswer groups = client.ask(CommandWords{{"groups"}});
    return {.runs = true,
            .checks = {gateway_check(CheckState::kOk, "runs (" + process_of(folder) + ")"),
                       judge_groups(groups.text)}};
  } catch (const NotRunningError&) {
    Check check = not_listening(folder);
    return {.runs = check.state != CheckState::kOk, .checks = {std::move(check)}};
  } catch (const ControlError& error) {
    return {.runs = true,
            .checks = {gateway_check(CheckState::kFail,
                                     process_of(folder) + " gives no answer: " + error.what(),
                                     "run this as the gateway's user or root; if that is so, "
                                     "restart the gateway")}};
  }
}

}  // namespace ngcshare
