// Builds GatewaySnapshots from the parts of a running gateway. Runs on the loop's thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "bot/commands/commands.h"
#include "bot/commands/running_gateway.h"
#include "bot/gateway/gateway.h"
#include "bot/peers/path_watch.h"
#include "bot/status/loop_lag.h"
#include "bot/status/snapshot.h"
#include "bot/status/throughput.h"
#include "bot/tox/node.h"
#include "storage/database/database.h"

namespace ngcshare {

class SnapshotTaker {
 public:
  struct Sources {
    const ToxNode& node;
    SessionHub& hub;
    const Gateway& gateway;
    const Commands& commands;
    const RunningGateway& program;
    const storage::Database& database;
    PathWatch& paths;
    // Returns the reason why the gateway cannot serve yet, or "" if it can.
    std::function<std::string()> not_ready;
    // Returns that another process uses the same keys, or "".
    std::function<std::string()> copied;
  };
  // REQUIRES: all sources outlive this.
  explicit SnapshotTaker(const Sources& sources);

  GatewaySnapshot take() const;

 private:
  using Nicks = std::map<storage::Person, std::string>;

  std::vector<GatewaySnapshot::Group> groups() const;
  Nicks nicks() const;

  const Sources sources_;
  const int64_t started_at_;
  LoopLag loop_lag_;
  Throughput throughput_;
};

}  // namespace ngcshare
