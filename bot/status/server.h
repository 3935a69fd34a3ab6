// Serves the status page, its JSON and commands, metrics and health by HTTP.
//
//   GET  /, /page.css, …  the page, which contains no secret
//   GET  /api/status      the JSON of snapshot.h; needs a token
//   POST /api/command     {"command":"disable web"}; needs the owner's token
//   GET  /metrics         needs a token, unless Config::open_metrics
//   GET  /healthz         200 while the event loop answers, or has within the last half second
//   GET  /readyz          200 while the gateway can serve, otherwise 503
//
// The server's thread does everything except taking snapshots and running commands, which it posts
// to the loop. One snapshot serves all requests of half a second, so that many requests do not load
// the loop.
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bot/commands/commands.h"
#include "bot/http/bearer_token.h"
#include "bot/http/server.h"
#include "bot/status/snapshot.h"

namespace ngcshare {

class StatusServer {
 public:
  struct Config {
    std::string address;
    uint16_t port = 0;
    BearerToken viewer;
    BearerToken owner;
    bool open_metrics = false;
  };
  // Both functions are called on the loop.
  struct Ways {
    std::function<GatewaySnapshot()> snapshot;
    std::function<Answer(std::string_view line)> run;
  };

  // Throws PortInUseError. REQUIRES: `loop` outlives the server.
  StatusServer(asio::io_context& loop, Config config, Ways ways);

  uint16_t port() const { return server_->port(); }

 private:
  using Reply = HttpServer::Reply;
  using Snapshot = std::shared_ptr<const GatewaySnapshot>;
  using UseSnapshot = std::function<void(const Snapshot&)>;
  enum class Rights { kNone, kView, kOwn };

  // All of these run on the server's thread.
  void on_request(const HttpRequest& request, const Reply& reply);
  void serve_status(const HttpRequest& request, const Reply& reply);
  void serve_metrics(const HttpRequest& request, const Reply& reply);
  void serve_ready(const Reply& reply);
  void serve_command(const HttpRequest& request, const Reply& reply);
  Rights rights_of(const HttpRequest& request) const;
  void with_snapshot(UseSnapshot use);
  void on_snapshot(Snapshot snapshot);

  asio::io_context& loop_;
  const Config config_;
  const Ways ways_;
  Snapshot snapshot_;
  std::chrono::steady_clock::time_point taken_at_{};
  std::vector<UseSnapshot> waiting_;  // for the next snapshot
  // Lets functions posted to the loop detect that the server was destroyed.
  std::shared_ptr<StatusServer*> alive_ = std::make_shared<StatusServer*>(this);
  // The last member, so that it is destroyed first: its thread uses all of the above.
  std::unique_ptr<HttpServer> server_;
};

}  // namespace ngcshare
