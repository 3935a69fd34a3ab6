// What the gateway serves by HTTP: the status page, its JSON, commands from it, metrics and health.
//
//   GET  /, /page.css, …  the page, which holds nothing secret
//   GET  /api/status      the JSON of gateway_snapshot.h; with a token
//   POST /api/command     {"command":"disable web"}; with the owner's token
//   GET  /metrics         with a token, unless they are open
//   GET  /healthz         200 while the event loop answers, or has within the last half second
//   GET  /readyz          200 while the gateway can serve, otherwise 503 and why not
//
// The server's thread does all but take the snapshot and run commands, for which it posts to the
// loop. A snapshot serves all requests of half a second, so that no number of them is felt there.
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/commands.h"
#include "bot/gateway_snapshot.h"
#include "bot/http_server.h"
#include "bot/http_token.h"

namespace ngcshare {

class StatusServer {
 public:
  struct Config {
    std::string address;
    uint16_t port = 0;
    HttpToken viewer;
    HttpToken owner;
    bool open_metrics = false;
  };
  // Both are called on the loop.
  struct Ways {
    std::function<GatewaySnapshot()> snapshot;
    std::function<Answer(std::string_view line)> run;
  };
  static constexpr std::chrono::milliseconds kSnapshotAge{500};

  // The loop outlives the server. Throws PortInUseError.
  StatusServer(asio::io_context& loop, Config config, Ways ways);

  uint16_t port() const { return server_->port(); }

 private:
  using Reply = HttpServer::Reply;
  using Snapshot = std::shared_ptr<const GatewaySnapshot>;
  using UseSnapshot = std::function<void(const Snapshot&)>;
  enum class Rights { kNone, kView, kOwn };

  // All on the server's thread, but for those that say otherwise.
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
  std::vector<UseSnapshot> waiting_;  // for the next one
  // What was posted to the loop finds by this that the server has gone.
  std::shared_ptr<StatusServer*> alive_ = std::make_shared<StatusServer*>(this);
  // The last, so that it goes first: its thread uses all of the above.
  std::unique_ptr<HttpServer> server_;
};

// The line to run, of the body of a request to /api/command. nullopt: it is none. Only what the
// page is for may be commanded there.
std::optional<std::string> decode_page_command(std::string_view body);
bool is_page_command(std::string_view line);

}  // namespace ngcshare
