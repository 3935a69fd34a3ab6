// Checks of the services' targets.
#include <algorithm>

#include "bot/base/units.h"
#include "bot/doctor/findings.h"
#include "bot/services/share_syntax.h"

namespace ngcshare {
namespace {

constexpr size_t kMostNamed = 5;  // silent ports named in a finding

bool has_udp(const storage::ServiceRecord& service) {
  return std::any_of(service.ports.begin(), service.ports.end(),
                     [](const storage::PortRange& range) { return range.udp; });
}

std::string named(const std::vector<uint16_t>& ports) {
  std::string text;
  for (size_t i = 0; i < std::min(ports.size(), kMostNamed); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(ports[i]);
  }
  return ports.size() > kMostNamed
             ? text + " and " + std::to_string(ports.size() - kMostNamed) + " more"
             : text;
}

Finding failed(Finding check, std::string finding, std::string advice) {
  check.state = CheckState::kFail;
  check.finding = std::move(finding);
  check.advice = std::move(advice);
  return check;
}

}  // namespace

Finding judge_target(const TargetFigures& figures) {
  const storage::ServiceRecord& service = figures.service;
  const std::string where = describe(service.ports) + " at " + service.host;
  Finding check{.name = "share " + service.name};
  if (!service.enabled) {
    check.finding = where + ": is disabled";
    return check;
  }
  if (!figures.allowed) {
    return failed(std::move(check), service.host + " is not an allowed target",
                  "start the gateway, and this check, with --allow-target " + service.host);
  }
  if (service.health == storage::ServiceHealth::kOff) {
    check.finding = where + ": is not checked, because of health=off";
    return check;
  }
  if (!figures.resolved) {
    return failed(std::move(check), "the name " + service.host + " could not be resolved",
                  "check the name; containers resolve each other only on a common network");
  }
  if (!figures.refused.empty()) {
    const size_t advice = figures.refused.find("; ");
    return failed(std::move(check), figures.refused.substr(0, advice),
                  figures.refused.substr(advice + 2));
  }
  std::vector<uint16_t> silent;
  Duration slowest{0};
  for (const TargetFigures::Port& port : figures.tcp) {
    if (port.connect) slowest = std::max(slowest, *port.connect);
    if (!port.connect) silent.push_back(port.port);
  }
  check.figures = {{"tcp_tried", figures.tcp.size()}, {"tcp_silent", silent}};
  if (!silent.empty()) {
    return failed(std::move(check),
                  "tcp " + named(silent) + " at " + service.host +
                      (silent.size() == 1 ? " does" : " do") + " not answer",
                  "start the service, or fix its address: in --share, or with ngcshare ctl edit " +
                      service.name + " PORT @HOST");
  }
  const std::string time = format_milliseconds(slowest);
  if (!figures.tcp.empty()) check.figures["connect_ms"] = to_milliseconds(slowest);
  if (!has_udp(service)) {
    check.finding = where + " answers in " + time;
  } else if (!figures.tcp.empty()) {
    check.finding = where + ": tcp answers in " + time + ", udp cannot be checked from here";
  } else {
    check.finding = where + " cannot be checked from here: try it with a client";
  }
  return check;
}

}  // namespace ngcshare
