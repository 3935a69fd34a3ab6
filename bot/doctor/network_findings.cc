// Checks of the boot nodes, the Tox network and the NAT.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bot/base/units.h"
#include "bot/doctor/findings.h"

namespace ngcshare {
namespace {

// The nodes asked by one transport, and the round trips of those that answered.
struct Reached {
  size_t asked = 0;
  std::vector<Duration> times;

  size_t answered() const { return times.size(); }
  // REQUIRES: answered() > 0.
  Duration median() {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
  }
};

Reached reached(const NetworkFigures& figures, bool BootNodeFigures::*asked,
                std::optional<Duration> BootNodeFigures::*time) {
  Reached result;
  for (const BootNodeFigures& node : figures.nodes) {
    if (node.*asked) ++result.asked;
    if (node.*time) result.times.push_back(*(node.*time));
  }
  return result;
}

Reached by_udp(const NetworkFigures& figures) {
  return reached(figures, &BootNodeFigures::by_udp, &BootNodeFigures::udp);
}

Reached by_tcp(const NetworkFigures& figures) {
  return reached(figures, &BootNodeFigures::by_tcp, &BootNodeFigures::tcp);
}

Finding reach_check(const char* name, Reached& nodes) {
  Finding check{.name = name,
                .finding = std::to_string(nodes.answered()) + " of " + std::to_string(nodes.asked) +
                           " boot nodes answer",
                .figures = {{"asked", nodes.asked}, {"answered", nodes.answered()}}};
  if (nodes.answered() == 0) {
    check.finding = nodes.asked == 1
                        ? "the boot node does not answer"
                        : "none of " + std::to_string(nodes.asked) + " boot nodes answers";
    return check;
  }
  check.finding += ", median " + format_milliseconds(nodes.median());
  check.figures["median_ms"] = to_milliseconds(nodes.median());
  return check;
}

bool any_resolved(const NetworkFigures& figures) {
  return std::any_of(figures.nodes.begin(), figures.nodes.end(),
                     [](const BootNodeFigures& node) { return node.resolved; });
}

Finding no_route(const char* name, const char* finding) {
  return {.name = name,
          .state = CheckState::kFail,
          .finding = finding,
          .advice = "check the machine's address and default route (ip address, ip route)"};
}

std::string seconds_text(std::chrono::milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f s", static_cast<double>(time.count()) / 1000);
  return text;
}

std::string text_of(const asio::ip::udp::endpoint& endpoint) {
  return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

Finding not_started(const NetworkFigures& figures, Finding check) {
  check.state = CheckState::kFail;
  check.finding = figures.tox.problem;
  check.advice = "correct the setting that it names";
  if (!figures.tox.port_in_use) return check;
  std::string ports;
  if (figures.udp_port != 0) ports = "UDP port " + std::to_string(figures.udp_port);
  if (figures.tcp_port != 0) {
    ports += (ports.empty() ? "" : " or ") + ("TCP port " + std::to_string(figures.tcp_port));
  }
  check.finding = (ports.empty() ? "every usable port" : ports) + " is taken";
  check.advice =
      "stop the program that uses it, or choose another with --udp-port or --tcp-relay-port";
  return check;
}

Finding not_reached(const NetworkFigures& figures, Finding check) {
  check.state = CheckState::kFail;
  check.finding = "not reached in " + std::to_string(figures.limit.count()) + " s";
  if (figures.proxy) {
    check.advice =
        figures.proxy_connect
            ? "the proxy answers: check that it allows connections to ports 443, 3389 and 33445"
            : "the proxy does not answer: check --proxy, and that it is running";
  } else if (figures.nodes.empty()) {
    check.advice = "name boot nodes: --bootstrap HOST:PORT:KEY or --bootstrap-nodes FILE";
  } else if (by_udp(figures).answered() + by_tcp(figures).answered() == 0) {
    check.advice = "no boot node answers: see above";
  } else {
    check.advice = "boot nodes answer: try again with a longer --timeout";
  }
  return check;
}

}  // namespace

std::optional<Finding> judge_names(const NetworkFigures& figures) {
  if (figures.proxy) return std::nullopt;
  const size_t all = figures.nodes.size();
  const auto found =
      static_cast<size_t>(std::count_if(figures.nodes.begin(), figures.nodes.end(),
                                        [](const BootNodeFigures& node) { return node.resolved; }));
  Finding check{.name = "boot nodes",
                .finding = std::to_string(all) + " known",
                .figures = {{"known", all}, {"resolved", found}}};
  if (all == 0) {
    check.state = CheckState::kWarn;
    check.finding = "none are known";
    check.advice = "name some: --bootstrap HOST:PORT:KEY or --bootstrap-nodes FILE";
  } else if (found != all) {
    check.finding += ", of which " + std::to_string(all - found) + " could not be resolved";
    if (2 * found > all) return check;
    check.state = found == 0 ? CheckState::kFail : CheckState::kWarn;
    check.advice = "check the name server (/etc/resolv.conf)";
  }
  return check;
}

std::optional<Finding> judge_udp(const NetworkFigures& figures) {
  if (!figures.udp_on) {
    return Finding{.name = "UDP",
                   .finding = "off, as configured; all traffic goes through TCP relays"};
  }
  Reached nodes = by_udp(figures);
  if (!any_resolved(figures)) return std::nullopt;
  if (nodes.asked == 0) return no_route("UDP", "there is no route to any boot node");
  Finding check = reach_check("UDP", nodes);
  if (nodes.answered() == 0) {
    const bool tcp_works = by_tcp(figures).answered() > 0;
    check.state = tcp_works ? CheckState::kWarn : CheckState::kFail;
    check.advice = tcp_works ? "allow outgoing UDP and its answers in the firewall; until then all "
                               "traffic goes through TCP relays, which are slow"
                             : "nothing comes back: check the network, the firewall, and the "
                               "boot nodes given";
  } else if (3 * nodes.answered() < nodes.asked) {
    check.state = CheckState::kWarn;
    check.advice =
        "the list may be outdated: upgrade ngcshare, or give newer nodes with "
        "--bootstrap-nodes FILE";
  }
  return check;
}

std::optional<Finding> judge_tcp(const NetworkFigures& figures) {
  if (figures.proxy) {
    Finding check{.name = "proxy", .finding = "does not answer"};
    if (figures.proxy_connect) {
      check.finding = "answers in " + format_milliseconds(*figures.proxy_connect);
      return check;
    }
    check.state = CheckState::kFail;
    check.advice = "check --proxy, and that the proxy is running";
    return check;
  }
  Reached nodes = by_tcp(figures);
  if (nodes.asked == 0) {
    if (figures.udp_on || !any_resolved(figures)) return std::nullopt;
    return no_route("TCP relays", "there is no route to any boot node's relay");
  }
  Finding check = reach_check("TCP relays", nodes);
  if (nodes.answered() > 0) return check;
  const bool udp_works = by_udp(figures).answered() > 0;
  check.state = udp_works ? CheckState::kWarn : CheckState::kFail;
  check.advice = udp_works ? "members without UDP need relays: allow outgoing TCP to ports 443, "
                             "3389 and 33445"
                           : "allow outgoing TCP to ports 443, 3389 and 33445 in the firewall";
  return check;
}

Finding judge_tox(const NetworkFigures& figures) {
  const JoinTrial::Result& tox = figures.tox;
  Finding check{.name = "Tox network"};
  if (!tox.problem.empty()) return not_started(figures, std::move(check));
  if (tox.any) check.figures["connected_ms"] = tox.any->count();
  if (tox.udp) check.figures["udp_ms"] = tox.udp->count();
  if (!tox.any) return not_reached(figures, std::move(check));
  if (tox.udp) {
    check.finding = "reached by UDP after " + seconds_text(*tox.udp);
    return check;
  }
  check.finding = "reached through a TCP relay after " + seconds_text(*tox.any);
  if (!figures.udp_on || figures.local) return check;
  check.state = CheckState::kWarn;
  check.finding += ", not by UDP";
  check.advice = "allow outgoing UDP and its answers in the firewall: relays are slower";
  return check;
}

std::optional<Finding> judge_nat(const NetworkFigures& figures, const NatGuess& guess) {
  using Kind = NatGuess::Kind;
  if (!figures.udp_on || by_udp(figures).answered() == 0) return std::nullopt;
  Finding check{.name = "NAT", .figures = {{"nodes_asked", guess.nodes}}};
  if (guess.kind == Kind::kUnknown) {
    check.finding = "unknown: no node reported in time which address it sees";
    check.figures["kind"] = "unknown";
    return check;
  }
  const std::string seen = text_of(*guess.seen);
  check.figures.update({{"address", guess.seen->address().to_string()},
                        {"port", guess.seen->port()},
                        {"own_port", figures.local_port}});
  switch (guess.kind) {
    case Kind::kNone:
      check.figures["kind"] = "none";
      check.finding = figures.local
                          ? "none to the boot nodes, which are all in the local network"
                          : "probably none: nodes see this machine's own address and port, " + seen;
      break;
    case Kind::kSomeNat:
      check.figures["kind"] = "some";
      check.finding =
          "present; its kind is unknown, because only a single node answered (it sees " + seen +
          ")";
      break;
    case Kind::kKeepsPort:
      check.figures["kind"] = "keeps-port";
      check.finding = "probably keeps ports (seen as " + seen + "): direct connections are likely";
      break;
    case Kind::kSamePort:
      check.figures["kind"] = "same-port";
      check.finding = "probably uses the same port for all destinations (seen as " + seen +
                      "): direct connections are likely";
      break;
    case Kind::kChanging:
    case Kind::kUnknown:
      check.figures["kind"] = "changing";
      check.state = CheckState::kWarn;
      check.finding =
          "probably symmetric, with another port for each destination: "
          "connections will often go through relays";
      check.advice =
          "forward a UDP port to this machine and start the gateway with --udp-port, or "
          "turn on \"full cone\" in the router";
      break;
  }
  return check;
}

Checks judge_network(const NetworkFigures& figures) {
  Checks checks;
  const auto add = [&](std::optional<Finding> check) {
    if (check) checks.push_back(std::move(*check));
  };
  add(judge_names(figures));
  add(judge_udp(figures));
  add(judge_tcp(figures));
  add(judge_tox(figures));
  add(judge_nat(figures, guess_nat(figures.seen, figures.local_port, local_addresses())));
  return checks;
}

}  // namespace ngcshare
