#include "bot/status/snapshot.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/base/printable.h"
#include "bot/base/units.h"
#include "bot/services/share_syntax.h"

namespace ngcshare {
namespace {

using nlohmann::json;

template <typename T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string_view to_string(NetworkConnection network) {
  switch (network) {
    case NetworkConnection::kUdp:
      return "udp";
    case NetworkConnection::kTcp:
      return "tcp";
    case NetworkConnection::kNone:
      break;
  }
  return "none";
}

std::string_view to_string(ServiceCatalog::Shown::Target target) {
  switch (target) {
    case ServiceCatalog::Shown::Target::kUp:
      return "up";
    case ServiceCatalog::Shown::Target::kDown:
      return "down";
    case ServiceCatalog::Shown::Target::kUnknown:
      break;
  }
  return "unknown";
}

json group_json(const GatewaySnapshot::Group& group) {
  return {{"chat_id", to_hex(group.chat_id)},
          {"name", group.name},
          {"connected", group.connected},
          {"problem", group.problem},
          {"peers", {{"direct", group.direct}, {"relay", group.relayed}, {"lost", group.lost}}}};
}

json service_json(const ServiceCatalog::Shown& shown) {
  const storage::ServiceRecord& record = shown.record;
  const storage::ServiceLimits& limits = record.limits;
  return {{"name", record.name},
          {"description", record.description},
          {"host", record.host},
          {"ports", describe(record.ports)},
          {"group", record.chat_id ? json(to_hex(*record.chat_id)) : json(nullptr)},
          {"enabled", record.enabled},
          {"policy", record.policy == storage::ServicePolicy::kList ? "list" : "members"},
          {"observers", record.observers},
          {"target", to_string(shown.target)},
          {"connections", shown.connections},
          {"bytes_in", shown.bytes_in},
          {"bytes_out", shown.bytes_out},
          {"limits",
           {{"connections_per_peer", or_null(limits.connections_per_peer)},
            {"connections", or_null(limits.connections_in_all)},
            {"rate_per_peer", or_null(limits.bytes_per_second_per_peer)},
            {"rate", or_null(limits.bytes_per_second_in_all)}}}};
}

json connection_json(const GatewaySnapshot::NamedConnection& named, TimePoint now) {
  const ServiceCatalog::Connection& connection = named.connection;
  return {{"id", connection.id},
          {"service", connection.service},
          {"port", connection.port},
          {"chat_id", to_hex(connection.person.chat_id)},
          {"peer", to_hex(connection.person.key)},
          {"nick", printable(named.nick)},
          {"transport", to_string(connection.transports)},
          {"seconds", seconds(now - connection.since)},
          {"bytes_in", connection.bytes_in},
          {"bytes_out", connection.bytes_out}};
}

json path_json(const GatewaySnapshot::NamedPath& named) {
  const PathStatus& status = named.path;
  json path{{"chat_id", to_hex(status.chat_id)},
            {"peer", to_hex(status.peer)},
            {"nick", printable(named.nick)},
            {"path", path_name(status)},
            {"mode", status.link ? "link" : "base"},
            {"connections", status.connections},
            {"sent_per_second", status.sent_per_second},
            {"received_per_second", status.received_per_second}};
  if (status.round_trip) path["rtt_ms"] = to_milliseconds(*status.round_trip);
  if (status.lost) path["lost"] = *status.lost;
  if (const auto& stats = status.stats) {
    path["min_rtt_ms"] = to_milliseconds(stats->min_rtt);
    path["window_bytes"] = stats->window;
    path["in_flight_bytes"] = stats->in_flight;
    path["packets_sent"] = stats->packets_sent;
    path["packets_lost"] = stats->packets_lost;
  }
  return path;
}

json dropped_json(const PeerSession::Counters& counters) {
  return {{"malformed", counters.malformed},
          {"public", counters.public_dropped},
          {"stale", counters.stale},
          {"unknown", counters.unknown},
          {"overflow", counters.overflow}};
}

json refusals_json(const std::map<std::string, uint64_t>& refusals) {
  json reasons = json::object();
  for (const auto& [why, count] : refusals) {
    if (count != 0) reasons[why] = count;
  }
  return reasons;
}

// Rounds down, because fractions of a byte only make the JSON longer.
json whole(const std::vector<double>& values) {
  json list = json::array();
  for (const double value : values) list.push_back(static_cast<int64_t>(value));
  return list;
}

template <typename List, typename ToJson>
json all(const List& list, size_t most, const ToJson& convert) {
  json result = json::array();
  for (const auto& entry : list) {
    if (result.size() == most) break;
    result.push_back(convert(entry));
  }
  return result;
}

}  // namespace

json to_json(const GatewaySnapshot& snapshot) {
  constexpr size_t kAll = SIZE_MAX;
  return {{"version", snapshot.version},
          {"toxcore", snapshot.toxcore_version},
          {"time", snapshot.time},
          {"uptime", std::max<int64_t>(snapshot.time - snapshot.started_at, 0)},
          {"ready", snapshot.not_ready.empty()},
          {"not_ready", snapshot.not_ready},
          {"copied", snapshot.copied},
          {"network", to_string(snapshot.network)},
          {"groups", all(snapshot.groups, kAll, group_json)},
          {"services", all(snapshot.services, kMostListedServices, service_json)},
          {"services_total", snapshot.services.size()},
          {"connections",
           all(snapshot.connections, kMostListedConnections,
               [&](const auto& connection) { return connection_json(connection, snapshot.now); })},
          {"connections_total", snapshot.connections.size()},
          {"links", all(snapshot.paths, kMostListedPaths, path_json)},
          {"links_total", snapshot.paths.size()},
          {"refusals", refusals_json(snapshot.refusals)},
          {"dropped", dropped_json(snapshot.totals.counters)},
          {"throughput",
           {{"interval", snapshot.throughput.interval},
            {"in", whole(snapshot.throughput.in)},
            {"out", whole(snapshot.throughput.out)}}},
          {"log", all(snapshot.log, kAll, [](const LogEntry& entry) {
             return json{{"time", entry.at},
                         {"level", entry.level},
                         {"event", entry.event},
                         {"message", entry.message}};
           })}};
}

}  // namespace ngcshare
