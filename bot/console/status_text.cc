#include "bot/console/status_text.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "bot/base/printable.h"
#include "bot/base/units.h"

namespace ngcshare {
namespace {

using nlohmann::json;

constexpr size_t kMostConnections = 20;  // shown
constexpr size_t kShortKeyDigits = 8;

const json& member(const json& object, const char* name) {
  static const json kNull;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? kNull : *found;
}
std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? printable(value.get<std::string>()) : std::string();
}
bool is_true(const json& object, const char* name) { return member(object, name) == true; }
double number(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_number() ? value.get<double>() : 0;
}
uint64_t whole(const json& object, const char* name) {
  return static_cast<uint64_t>(std::clamp(number(object, name), 0.0, 1e18));
}

// A table whose columns are as wide as their contents, two spaces apart.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }

  std::string text() const {
    std::vector<size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string out;
    for (const auto& row : rows_) {
      std::string line = " ";
      for (size_t i = 0; i < row.size(); ++i) {
        line += " " + row[i];
        if (i + 1 < row.size()) line.append(widths[i] - width(row[i]) + 1, ' ');
      }
      out += line + "\n";
    }
    return out;
  }

 private:
  // Counts characters, which is not exact for scripts with wide or combining characters.
  static size_t width(const std::string& cell) {
    return static_cast<size_t>(std::count_if(cell.begin(), cell.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
  }

  std::vector<std::vector<std::string>> rows_;
};

std::string person(const json& entry) {
  const std::string key = text(entry, "peer").substr(0, kShortKeyDigits);
  const std::string nick = text(entry, "nick");
  return nick.empty() ? key : nick + " (" + key + ")";
}

std::string heading(const json& status) {
  const std::string network = text(status, "network");
  std::string line = "ngcshare " + text(status, "version") + ", running for " +
                     format_seconds(static_cast<int64_t>(whole(status, "uptime"))) + ", " +
                     (network == "udp"   ? "connected by UDP"
                      : network == "tcp" ? "connected by TCP relays"
                                         : "not connected to the Tox network");
  if (!is_true(status, "ready")) line += "\nNOT READY: " + text(status, "not_ready");
  if (const std::string copied = text(status, "copied"); !copied.empty()) {
    line += "\nCOPIED: " + copied;
  }
  return line + "\n";
}

std::string state_of(const json& service) {
  if (!is_true(service, "enabled")) return "off";
  return text(service, "target") == "down" ? "DOWN" : "on";
}

std::string group_state(const json& group) {
  const std::string problem = text(group, "problem");
  if (!problem.empty()) return problem;
  return is_true(group, "connected") ? "connected" : "connecting";
}

std::string groups(const json& status) {
  std::string out;
  for (const json& group : member(status, "groups")) {
    const json& peers = member(group, "peers");
    out += fmt::format("Group {} {}: {}, {} direct, {} by relay, {} lost\n",
                       text(group, "chat_id").substr(0, kShortKeyDigits), text(group, "name"),
                       group_state(group), whole(peers, "direct"), whole(peers, "relay"),
                       whole(peers, "lost"));
  }
  return out;
}

std::string services(const json& status) {
  Table table({"SERVICE", "STATE", "FOR", "PORTS", "CONNECTIONS", "IN", "OUT"});
  for (const json& service : member(status, "services")) {
    table.add({text(service, "name"), state_of(service), text(service, "policy"),
               text(service, "ports"), std::to_string(whole(service, "connections")),
               format_bytes(whole(service, "bytes_in")),
               format_bytes(whole(service, "bytes_out"))});
  }
  return table.empty() ? "\nNothing is shared.\n" : "\nServices\n" + table.text();
}

std::string links(const json& status) {
  Table table({"PEER", "PATH", "MODE", "ROUND TRIP", "LOST", "IN", "OUT"});
  for (const json& link : member(status, "links")) {
    const bool measured = member(link, "rtt_ms").is_number();
    const bool judged = member(link, "lost").is_number();
    table.add({person(link), text(link, "path"), text(link, "mode"),
               measured ? fmt::format("{:.1f} ms", number(link, "rtt_ms")) : "–",
               judged ? fmt::format("{:.1f} %", number(link, "lost") * 100) : "–",
               format_rate(whole(link, "received_per_second")),
               format_rate(whole(link, "sent_per_second"))});
  }
  return table.empty() ? "" : "\nLinks\n" + table.text();
}

std::string connections(const json& status) {
  Table table({"ID", "SERVICE", "WHO", "BY", "FOR", "IN", "OUT"});
  size_t shown = 0;
  for (const json& connection : member(status, "connections")) {
    if (++shown > kMostConnections) break;
    table.add({std::to_string(whole(connection, "id")), text(connection, "service"),
               person(connection), text(connection, "transport"),
               format_seconds(static_cast<int64_t>(whole(connection, "seconds"))),
               format_bytes(whole(connection, "bytes_in")),
               format_bytes(whole(connection, "bytes_out"))});
  }
  if (table.empty()) return "\nNobody is connected.\n";
  const uint64_t all = whole(status, "connections_total");
  const std::string rest =
      all > kMostConnections ? fmt::format("  … and {} more\n", all - kMostConnections) : "";
  return "\nConnections\n" + table.text() + rest;
}

// Explains the reasons of PeerSession::Counters; returns others unchanged.
std::string reason_text(const std::string& reason) {
  if (reason == "public") return "sent to the whole group";
  if (reason == "stale") return "out of date";
  if (reason == "unknown") return "for no open connection";
  if (reason == "overflow") return "over a limit";
  return printable(reason);
}

std::string counters(const json& status, const char* name, const std::string& title) {
  std::string out;
  for (const auto& [reason, count] : member(status, name).items()) {
    if (count.is_number() && count != 0) {
      out += (out.empty() ? "" : ", ") + count.dump() + " " + reason_text(reason);
    }
  }
  return out.empty() ? "" : title + ": " + out + "\n";
}

}  // namespace

std::string describe_status(const json& status) {
  const std::string counts = counters(status, "refusals", "Connections refused") +
                             counters(status, "dropped", "Packets dropped");
  return heading(status) + groups(status) + services(status) + connections(status) + links(status) +
         (counts.empty() ? "" : "\n" + counts);
}

std::string clip(std::string_view text, size_t lines, size_t columns) {
  std::string out;
  size_t line = 0;
  size_t column = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // a UTF-8 character
    if (c == '\n') {
      if (++line == lines) break;
      column = 0;
    } else if (begins) {
      ++column;
    }
    if (c == '\n' || column <= columns) out += c;
  }
  return out;
}

}  // namespace ngcshare
