// Looks at a running gateway and tells what it sees as one value. On the loop's thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "bot/commands.h"
#include "bot/gateway.h"
#include "bot/gateway_snapshot.h"
#include "bot/loop_watch.h"
#include "bot/path_watch.h"
#include "bot/program.h"
#include "bot/throughput.h"
#include "storage/database.h"

namespace ngcshare {

class GatewayWatch {
 public:
  struct Sights {
    SessionHub& hub;
    const Gateway& gateway;
    const Commands& commands;
    const Program& program;
    const storage::Database& database;
    PathWatch& paths;
    // Why the gateway can't serve yet; empty: it can.
    std::function<std::string()> not_ready;
  };
  // All of them outlive the watch.
  explicit GatewayWatch(const Sights& sights);

  GatewaySnapshot take() const;

 private:
  using Nicks = std::map<storage::Person, std::string>;

  std::vector<GatewaySnapshot::Group> groups() const;
  Nicks nicks() const;

  const Sights sights_;
  const int64_t started_at_;
  LoopWatch loop_watch_;
  Throughput throughput_;
};

}  // namespace ngcshare
