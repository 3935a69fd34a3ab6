// Checks of a gateway running on the data folder, through its control socket.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/control/client.h"
#include "bot/doctor/findings.h"
#include "storage/files/instance_lock.h"

namespace ngcshare {
namespace {

constexpr std::chrono::seconds kPatience{3};
constexpr const char* kWait =
    "wait a minute if the gateway has just started; otherwise see the network checks below";

std::string process_of(const std::filesystem::path& folder) {
  const auto holder = storage::InstanceLock::holder(folder);
  return holder ? "process " + std::to_string(*holder) : "a process";
}

Finding gateway_check(CheckState state, std::string finding, std::string advice = {}) {
  return {.name = "gateway",
          .state = state,
          .finding = std::move(finding),
          .advice = std::move(advice)};
}

Finding not_listening(const std::filesystem::path& folder) {
  if (!storage::InstanceLock::is_held(folder)) {
    return gateway_check(CheckState::kOk, "not running");
  }
  return gateway_check(CheckState::kFail,
                       process_of(folder) + " uses the folder but takes no commands",
                       "wait a moment if it has just started; otherwise restart it");
}

Finding judge_groups(const nlohmann::json& groups) {
  const auto all = groups.size();
  const auto connected =
      static_cast<size_t>(std::count_if(groups.begin(), groups.end(), [](const auto& group) {
        return group.at("connected").template get<bool>();
      }));
  Finding check{.name = "groups",
                .finding = std::to_string(connected) + " of " + std::to_string(all) + " connected",
                .figures = {{"groups", all}, {"connected", connected}}};
  std::string problems;
  for (const auto& group : groups) {
    const auto problem = group.value("problem", "");
    if (problem.empty()) continue;
    problems += (problems.empty() ? "; " : ", ") + group.value("name", "") + ": " + problem;
  }
  check.finding += problems;
  if (!problems.empty()) {
    check.state = CheckState::kWarn;
    check.advice =
        "the gateway keeps trying. If the password was changed, start it with --join and "
        "--password-file; if it was kicked out, ask the group's founder";
  } else if (all == 0) {
    check.state = CheckState::kWarn;
    check.finding = "the gateway is in no group";
    check.advice = "ngcshare ctl join CHAT_ID, or start it with --create NAME";
  } else if (connected != all) {
    check.state = CheckState::kWarn;
    check.advice = kWait;
  }
  return check;
}

Checks judge_status(const std::string& process, const nlohmann::json& status) {
  const auto network = status.at("network").get<std::string>();
  const auto not_ready = status.at("not_ready").get<std::string>();
  Finding check = gateway_check(CheckState::kOk, "runs (" + process + ")");
  check.figures = {{"ready", not_ready.empty()}, {"network", network}};
  if (not_ready.empty()) {
    check.finding += ", connected by " + std::string(network == "udp" ? "UDP" : "TCP relays");
  } else {
    check.state = CheckState::kWarn;
    check.finding += " but is not ready: " + not_ready;
    check.advice = kWait;
  }
  Checks checks{std::move(check), judge_groups(status.at("groups"))};
  const auto copied = status.value("copied", "");
  if (!copied.empty()) {
    const size_t advice = copied.rfind("; ");
    checks.push_back({.name = "identity",
                      .state = CheckState::kFail,
                      .finding = copied.substr(0, advice),
                      .advice = advice == std::string::npos ? "" : copied.substr(advice + 2)});
  }
  return checks;
}

}  // namespace

Checks judge_gateway(const std::string& process, const nlohmann::json& status) {
  try {
    return judge_status(process, status);
  } catch (const nlohmann::json::exception&) {
    return {gateway_check(CheckState::kWarn, "runs (" + process + ") but its status cannot be read",
                          "restart it: its version may differ from this program's")};
  }
}

GatewayLook check_gateway(const std::filesystem::path& folder) {
  const ControlClient client(folder, kPatience);
  try {
    const ControlAnswer answer = client.ask(StatusQuestion{});
    return {.runs = true,
            .checks = judge_gateway(process_of(folder),
                                    nlohmann::json::parse(answer.text, nullptr, false))};
  } catch (const NotRunningError&) {
    Finding check = not_listening(folder);
    return {.runs = check.state != CheckState::kOk, .checks = {std::move(check)}};
  } catch (const ControlError& error) {
    return {.runs = true,
            .checks = {gateway_check(CheckState::kFail,
                                     process_of(folder) + " does not answer: " + error.what(),
                                     "run this as the gateway's user or root; if you do, "
                                     "restart the gateway")}};
  }
}

}  // namespace ngcshare
