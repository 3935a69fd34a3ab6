// The state of a running gateway at one moment, as shown by the status page, the metrics and
// `ngcshare status`. A value without references into the gateway, so that another thread can format
// it. Its counters are kept where the events happen, and only grow (SessionHub::totals,
// Gateway::refusals, ServiceRates, Commands::counts, Database::timings).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bot/base/log.h"
#include "bot/commands/commands.h"
#include "bot/peers/path_watch.h"
#include "bot/peers/session_hub.h"
#include "bot/services/catalog.h"
#include "bot/tox/events.h"
#include "storage/values/duration_histogram.h"

namespace ngcshare {

struct GatewaySnapshot {
  struct Group {
    Key chat_id{};
    std::string name;
    bool connected = false;
    size_t direct = 0;  // peers, by path
    size_t relayed = 0;
    size_t lost = 0;
    std::string problem = {};  // why the gateway is not in it, if that is known
  };
  struct NamedConnection {
    ServiceCatalog::Connection connection;
    std::string nick;
  };
  struct NamedPath {
    PathStatus path;
    std::string nick;
  };
  // Bytes per second to and from the services, oldest first.
  struct Throughput {
    double interval = 0;  // seconds
    std::vector<double> in;
    std::vector<double> out;
  };

  std::string version;
  std::string toxcore_version;
  int64_t time = 0;        // unix seconds
  int64_t started_at = 0;  // unix seconds
  NetworkConnection network = NetworkConnection::kNone;
  std::string not_ready;  // why it cannot serve yet; empty: it can
  std::string copied;     // that another process uses the same keys; empty: no peer says so

  std::vector<Group> groups;
  std::vector<ServiceCatalog::Shown> services;
  std::vector<NamedConnection> connections;  // oldest first
  std::vector<NamedPath> paths;
  TimePoint now{};  // the current time on the clock of the connections' `since`

  SessionHub::Totals totals;
  std::map<std::string, uint64_t> refusals;  // by reason
  std::map<Door, Commands::Counts> commands;
  Throughput throughput;
  storage::DurationHistogram loop_lag;
  storage::DurationHistogram database;
  std::vector<LogEntry> log;  // newest first
  uint64_t log_lines_held_back = 0;
  uint64_t log_lines_lost = 0;
  uint64_t output_lines_lost = 0;
};

// Maximum list lengths in the JSON, which also has the totals.
inline constexpr size_t kMostListedServices = 1000;
inline constexpr size_t kMostListedConnections = 500;
inline constexpr size_t kMostListedPaths = 500;

// Returns the JSON for the page and `ngcshare status --json`; README.md describes it.
nlohmann::json to_json(const GatewaySnapshot& snapshot);

}  // namespace ngcshare
