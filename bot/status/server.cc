#include "bot/status/server.h"

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "bot/base/json_text.h"
#include "bot/base/words.h"
#include "bot/http/cross_origin.h"
#include "bot/page/page_files.h"
#include "bot/status/metrics.h"

namespace ngcshare {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kSnapshotAge{500};
constexpr const char* kJson = "application/json";
constexpr const char* kText = "text/plain; charset=utf-8";

HttpResponse text_response(int status, const std::string& text) {
  HttpResponse response;
  response.status = status;
  response.content_type = kText;
  response.body = text + "\n";
  if (status == 405) response.headers.emplace_back("Allow", "GET, HEAD");
  return response;
}

HttpResponse json_response(const json& value) {
  HttpResponse response;
  response.content_type = kJson;
  response.body = to_text(value);
  return response;
}

const PageFile* find_file(std::string_view path) {
  const auto files = page_files();
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const PageFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

// Explains the statuses of refusal_of_write().
const char* refusal_text(int status) {
  if (status == 405) return "use POST";
  return status == 403 ? "refused: sent by another website" : "the body must be application/json";
}

// Returns the command line in the body of a request to /api/command, or nullopt if it has none.
std::optional<std::string> decode_command(std::string_view body) {
  const json message = json::parse(body, nullptr, false);
  if (!message.is_object()) return std::nullopt;
  const auto command = message.find("command");
  if (command == message.end() || !command->is_string()) return std::nullopt;
  return command->get<std::string>();
}

// Returns true for the commands that the page's buttons send.
bool is_page_command(std::string_view line) {
  constexpr std::array<std::string_view, 6> kAllowed{"enable", "disable", "drop",
                                                     "allow",  "deny",    "acl"};
  const auto words = split_words(line);
  return words && !words->empty() &&
         std::find(kAllowed.begin(), kAllowed.end(), words->front()) != kAllowed.end();
}

}  // namespace

StatusServer::StatusServer(asio::io_context& loop, Config config, Ways ways)
    : loop_(loop), config_(std::move(config)), ways_(std::move(ways)) {
  server_ = std::make_unique<HttpServer>(
      config_.address, config_.port,
      [this](const HttpRequest& request, const Reply& reply) { on_request(request, reply); });
}

// -- permissions ------------------------------------------------------------------------

StatusServer::Rights StatusServer::rights_of(const HttpRequest& request) const {
  if (config_.owner.matches(request.bearer)) return Rights::kOwn;
  return config_.viewer.matches(request.bearer) ? Rights::kView : Rights::kNone;
}

// -- requests ---------------------------------------------------------------------------

void StatusServer::on_request(const HttpRequest& request, const Reply& reply) {
  if (request.path == "/api/command") return serve_command(request, reply);
  if (request.method == HttpRequest::Method::kPost) {
    return reply(text_response(405, "use GET"));
  }
  if (request.path == "/api/status") return serve_status(request, reply);
  if (request.path == "/metrics") return serve_metrics(request, reply);
  if (request.path == "/readyz") return serve_ready(reply);
  if (request.path == "/healthz") {
    return with_snapshot([reply](const Snapshot&) { reply(text_response(200, "ok")); });
  }
  const PageFile* const file = find_file(request.path);
  if (file == nullptr) return reply(text_response(404, "not found"));
  HttpResponse response;
  response.content_type = file->content_type;
  response.body = file->content;
  reply(std::move(response));
}

void StatusServer::serve_status(const HttpRequest& request, const Reply& reply) {
  const Rights rights = rights_of(request);
  if (rights == Rights::kNone) return reply(text_response(401, "token missing or wrong"));
  with_snapshot([reply, rights](const Snapshot& snapshot) {
    json status = to_json(*snapshot);
    status["may_change"] = rights == Rights::kOwn;
    reply(json_response(status));
  });
}

void StatusServer::serve_metrics(const HttpRequest& request, const Reply& reply) {
  const bool allowed = config_.open_metrics || rights_of(request) != Rights::kNone;
  if (!allowed) return reply(text_response(401, "token missing or wrong"));
  with_snapshot([this, reply](const Snapshot& snapshot) {
    HttpResponse response;
    response.content_type = kMetricsContentType;
    response.body = to_metrics(*snapshot, server_->counters());
    reply(std::move(response));
  });
}

void StatusServer::serve_ready(const Reply& reply) {
  with_snapshot([reply](const Snapshot& snapshot) {
    const bool ready = snapshot->not_ready.empty();
    reply(text_response(ready ? 200 : 503, ready ? "ready" : "not ready"));
  });
}

void StatusServer::serve_command(const HttpRequest& request, const Reply& reply) {
  if (const auto status = refusal_of_write(request)) {
    HttpResponse response = text_response(*status, refusal_text(*status));
    if (*status == 405) response.headers = {{"Allow", "POST"}};
    return reply(std::move(response));
  }
  const Rights rights = rights_of(request);
  if (rights == Rights::kNone) return reply(text_response(401, "token missing or wrong"));
  if (rights == Rights::kView) {
    return reply(text_response(403, "this token is for viewing; send the owner's token"));
  }
  const auto line = decode_command(request.body);
  if (!line) return reply(text_response(400, "the body must be {\"command\": \"…\"}"));
  if (!is_page_command(*line)) {
    return reply(text_response(403, "the page cannot run this command; use ngcshare ctl"));
  }
  asio::post(loop_, [alive = std::weak_ptr(alive_), line = *line, reply] {
    const auto server = alive.lock();
    if (server == nullptr) return;
    const Answer answer = (*server)->ways_.run(line);
    // Drop the snapshot, so that later requests see the change.
    (*server)->server_->post([server = *server] { server->snapshot_.reset(); });
    reply(json_response({{"ok", answer.ok}, {"text", answer.text}}));
  });
}

// -- snapshots --------------------------------------------------------------------------

void StatusServer::with_snapshot(UseSnapshot use) {
  if (snapshot_ != nullptr && std::chrono::steady_clock::now() - taken_at_ < kSnapshotAge) {
    return use(snapshot_);
  }
  waiting_.push_back(std::move(use));
  if (waiting_.size() > 1) return;  // a snapshot is being taken
  asio::post(loop_, [alive = std::weak_ptr(alive_)] {
    const auto server = alive.lock();
    if (server == nullptr) return;
    auto taken = std::make_shared<const GatewaySnapshot>((*server)->ways_.snapshot());
    (*server)->server_->post(
        [server = *server, taken = std::move(taken)] { server->on_snapshot(taken); });
  });
}

void StatusServer::on_snapshot(Snapshot snapshot) {
  snapshot_ = std::move(snapshot);
  taken_at_ = std::chrono::steady_clock::now();
  for (const auto& use : std::exchange(waiting_, {})) use(snapshot_);
}

}  // namespace ngcshare
