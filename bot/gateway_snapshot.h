// All that can be seen of a running gateway, at one moment: what the status page, the metrics,
// `ngcshare status` and its JSON show. A value without ties to what it was taken of, so that it can
// be written down on another thread.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bot/commands.h"
#include "bot/log.h"
#include "bot/path_watch.h"
#include "bot/services.h"
#include "bot/session_hub.h"
#include "bot/tox_events.h"
#include "storage/duration_histogram.h"

namespace ngcshare {

struct GatewaySnapshot {
  struct Group {
    Key chat_id{};
    std::string name;
    bool connected = false;
    size_t direct = 0;  // peers, by how they are reached
    size_t relayed = 0;
    size_t lost = 0;
  };
  struct NamedConnection {
    Services::Connection connection;
    std::string nick;
  };
  struct NamedPath {
    PathStatus path;
    std::string nick;
  };
  // Bytes a second to and from the services, the oldest first.
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
  std::string not_ready;  // why it can't serve yet; empty: it can

  std::vector<Group> groups;
  std::vector<Services::Shown> services;
  std::vector<NamedConnection> connections;  // the oldest first
  std::vector<NamedPath> paths;
  TimePoint now{};  // in which `since` of the connections is counted

  SessionHub::Totals totals;
  std::map<std::string, uint64_t> refusals;  // by reason
  std::map<Door, Commands::Counts> commands;
  Throughput throughput;
  storage::DurationHistogram loop_lag;
  storage::DurationHistogram database;
  std::vector<LogEntry> log;  // the latest first
};

// So many are written down of each; how many there are is told besides.
inline constexpr size_t kMostListedServices = 1000;
inline constexpr size_t kMostListedConnections = 500;
inline constexpr size_t kMostListedPaths = 500;

// As the page and `ngcshare status --json` have it; README.md describes it.
nlohmann::json to_json(const GatewaySnapshot& snapshot);

}  // namespace ngcshare
