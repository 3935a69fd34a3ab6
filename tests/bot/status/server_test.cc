// The routes of the status page's server: who gets what. Requests travel over a real socket.
#include "bot/status/server.h"

#include <gtest/gtest.h>

#include <asio/connect.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "storage/files/error.h"

namespace ngcshare {
namespace {

constexpr const char* kViewer = "viewer-token-0123456789";
constexpr const char* kOwner = "owner-token-0123456789";

struct Response {
  int status = 0;
  std::string head;
  std::string body;
};

class StatusServerTest : public testing::Test {
 protected:
  StatusServerTest() : loop_thread_([this] { loop_.run(); }) { serve(false); }
  // Destroys the server on the loop, as the program does.
  ~StatusServerTest() override {
    std::promise<void> ended;
    asio::post(loop_, [&] {
      server_.reset();
      ended.set_value();
    });
    ended.get_future().wait();
    work_.reset();
    loop_thread_.join();
  }

  // Creates the server on the loop, where an earlier one has to end.
  void serve(bool open_metrics) {
    std::promise<void> served;
    asio::post(loop_, [&] {
      server_ = std::make_unique<StatusServer>(
          loop_,
          StatusServer::Config{"127.0.0.1", 0, BearerToken(kViewer), BearerToken(kOwner),
                               open_metrics},
          StatusServer::Ways{[this] {
                               ++snapshots_;
                               return snapshot_;
                             },
                             [this](std::string_view line) {
                               commands_.emplace_back(line);
                               return Answer{.text = "said", .ok = line != "disable nothing"};
                             }});
      served.set_value();
    });
    served.get_future().wait();
  }

  Response send(const std::string& request) const {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), server_->port()});
    asio::write(socket, asio::buffer(request));
    std::string answer;
    asio::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    const size_t gap = answer.find("\r\n\r\n");
    if (gap == std::string::npos) return {};
    return {std::stoi(answer.substr(9, 3)), answer.substr(0, gap), answer.substr(gap + 4)};
  }
  Response get(const std::string& path, const std::string& token = "",
               const std::string& headers = "Host: 127.0.0.1\r\n") const {
    const std::string bearer = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
    return send("GET " + path + " HTTP/1.1\r\n" + headers + bearer + "Connection: close\r\n\r\n");
  }
  Response post(const std::string& body, const std::string& token,
                const std::string& headers = "Content-Type: application/json\r\n") const {
    const std::string bearer = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
    return send("POST /api/command HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + bearer +
                "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
                body);
  }

  GatewaySnapshot snapshot_;
  size_t snapshots_ = 0;
  std::vector<std::string> commands_;
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::unique_ptr<StatusServer> server_;
  std::thread loop_thread_;
};

TEST_F(StatusServerTest, GivesThePageToEverybodyForItHoldsNothing) {
  const Response page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.head.find("Content-Type: text/html"), std::string::npos) << page.head;
  EXPECT_NE(page.head.find("Content-Security-Policy: default-src 'none'"), std::string::npos);
  EXPECT_NE(page.body.find("<!doctype html>"), std::string::npos);
  EXPECT_EQ(get("/page.css").status, 200);
  EXPECT_EQ(get("/nothing").status, 404);
  EXPECT_EQ(get("/../etc/passwd").status, 404);
}

TEST_F(StatusServerTest, GivesTheStatusToWhoHasAToken) {
  EXPECT_EQ(get("/api/status").status, 401);
  EXPECT_EQ(get("/api/status", "wrong-token-0123456789").status, 401);
  EXPECT_NE(get("/api/status").head.find("WWW-Authenticate: Bearer"), std::string::npos);
  EXPECT_EQ(snapshots_, 0U);
  const auto seen = nlohmann::json::parse(get("/api/status", kViewer).body);
  EXPECT_EQ(seen["may_change"], false);
  EXPECT_EQ(nlohmann::json::parse(get("/api/status", kOwner).body)["may_change"], true);
}

TEST_F(StatusServerTest, RunsCommandsOfTheOwnerOnly) {
  const std::string body = R"({"command":"disable web"})";
  EXPECT_EQ(post(body, "").status, 401);
  EXPECT_EQ(post(body, kViewer).status, 403);
  EXPECT_TRUE(commands_.empty());
  const Response done = post(body, kOwner);
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(nlohmann::json::parse(done.body), nlohmann::json({{"ok", true}, {"text", "said"}}));
  EXPECT_EQ(commands_, std::vector<std::string>{"disable web"});
  const Response refused = post(R"({"command":"disable nothing"})", kOwner);
  EXPECT_EQ(nlohmann::json::parse(refused.body)["ok"], false);
}

TEST_F(StatusServerTest, RunsOnlyWhatThePageIsFor) {
  for (const char* const line : {"shutdown", "share x 80", "claim-token", "admin add x owner",
                                 "leave friends", "page owner", "", "'disable", "ban x"}) {
    const nlohmann::json body = {{"command", line}};
    EXPECT_EQ(post(body.dump(), kOwner).status, 403) << line;
  }
  for (const char* const body :
       {"", "{}", "[]", "7", R"({"command":7})", "{\"command\":\"\xFF\"}"}) {
    EXPECT_EQ(post(body, kOwner).status, 400) << body;
  }
  EXPECT_TRUE(commands_.empty());
}

TEST_F(StatusServerTest, TakesNoWritesOfAnotherSite) {
  const std::string body = R"({"command":"disable web"})";
  EXPECT_EQ(post(body, kOwner, "Content-Type: text/plain\r\n").status, 415);
  const std::string json = "Content-Type: application/json\r\n";
  EXPECT_EQ(post(body, kOwner, json + "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(post(body, kOwner, json + "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(get("/api/command", kOwner).status, 405);
  EXPECT_TRUE(commands_.empty());
  EXPECT_EQ(post(body, kOwner, json + "Origin: http://127.0.0.1\r\n").status, 200);
}

TEST_F(StatusServerTest, GivesMetricsToWhoHasAToken) {
  EXPECT_EQ(get("/metrics").status, 401);
  EXPECT_EQ(get("/metrics", "wrong-token-0123456789").status, 401);
  const Response metrics = get("/metrics", kViewer);
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.body.find("ngcshare_build_info"), std::string::npos);
}

TEST_F(StatusServerTest, GivesMetricsToEverybodyWhereTheyAreOpen) {
  serve(true);
  EXPECT_EQ(get("/metrics").status, 200);
  EXPECT_EQ(get("/api/status").status, 401);
}

TEST_F(StatusServerTest, TellsWhetherItIsLiveAndReady) {
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(StatusServerTest, IsNotReadyWhileTheGatewayIsNot) {
  snapshot_.not_ready = "not ready: group friends";
  const Response answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body.find("friends"), std::string::npos) << "told without a token";
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(StatusServerTest, OneSnapshotServesManyRequests) {
  for (int i = 0; i < 20; ++i) get("/metrics", kViewer);
  EXPECT_LT(snapshots_, 20U);
}

TEST_F(StatusServerTest, ACommandIsSeenAtOnce) {
  get("/api/status", kOwner);
  post(R"({"command":"disable web"})", kOwner);
  snapshot_.version = "changed";
  const auto seen = nlohmann::json::parse(get("/api/status", kOwner).body);
  EXPECT_EQ(seen["version"], "changed");
}

TEST_F(StatusServerTest, OtherMethodsAreRefused) {
  const Response answer = send(
      "POST /api/status HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.status, 405);
}

}  // namespace
}  // namespace ngcshare
