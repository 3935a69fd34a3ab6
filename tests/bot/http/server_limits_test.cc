// The server's limits in time and number for its clients.
#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <functional>
#include <iterator>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "bot/http/server.h"
#include "tests/bot/http/client.h"
#include "tests/support/no_descriptors.h"

namespace ngcshare {
namespace {

using std::chrono::milliseconds;
using test::echo;
using test::echo_handler;
using test::HttpClient;
using test::kGet;

constexpr milliseconds kShort{50};

// -- time ----------------------------------------------------------------------------------------

TEST(HttpServerLimits, TellsASlowClient) {
  HttpLimits limits;
  limits.request_patience = kShort;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  for (const char* const part : {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: h\r\n",
                                 "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel"}) {
    HttpClient client(server.port());
    client.write(part);
    EXPECT_EQ(client.status(), 408) << part;
    client.end_writing();
    EXPECT_TRUE(client.ended()) << part;
  }
}

TEST(HttpServerLimits, IsNotKeptByAClientThatDrips) {
  HttpLimits limits;
  limits.request_patience = kShort;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  HttpClient client(server.port());
  client.write("GET / HTTP/1.1\r\nX: ");
  std::atomic<bool> answered = false;
  std::thread dripping([&] {
    while (!answered) {
      client.write("a");
      std::this_thread::sleep_for(milliseconds(5));  // a drip, which is the case of this test
    }
  });
  EXPECT_EQ(client.status(), 408);
  answered = true;
  dripping.join();
}

TEST(HttpServerLimits, HasThePatienceForEachRequestAnew) {
  HttpLimits limits;
  limits.request_patience = kShort;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  HttpClient client(server.port());
  client.write(std::string(kGet) + "GET / HT");
  EXPECT_EQ(client.status(), 200);
  EXPECT_EQ(client.status(), 408);
}

TEST(HttpServerLimits, EndsAConnectionThatSaysNothing) {
  HttpLimits limits;
  limits.request_patience = kShort;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  EXPECT_TRUE(HttpClient(server.port()).ended());
}

TEST(HttpServerLimits, EndsAnIdleConnection) {
  HttpLimits limits;
  limits.idle_patience = kShort;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  HttpClient client(server.port());
  client.write(kGet);
  EXPECT_EQ(client.status(), 200);
  EXPECT_TRUE(client.ended());
}

size_t open_descriptors() {
  const std::filesystem::directory_iterator descriptors("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(descriptors), end(descriptors)));
}

TEST(HttpServerLimits, EndsAConnectionThatTakesNoResponse) {
  HttpLimits limits;
  limits.write_patience = kShort;
  std::atomic<size_t> open_when_answered = 0;
  HttpServer server(
      "127.0.0.1", 0,
      [&](const HttpRequest& /*request*/, const HttpServer::Reply& reply) {
        HttpResponse response;
        response.body.assign(32 * 1024 * 1024, 'a');
        open_when_answered = open_descriptors();
        reply(response);
      },
      limits);
  HttpClient client(server.port(), "127.0.0.1", 4096);
  client.write(kGet);
  while (open_when_answered == 0 || open_descriptors() >= open_when_answered) {
    std::this_thread::yield();
  }
  EXPECT_LT(client.rest().size(), 32U * 1024 * 1024);
}

TEST(HttpServerLimits, EndsAConnectionAfterSoManyRequests) {
  HttpLimits limits;
  limits.requests_per_connection = 3;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  HttpClient client(server.port());
  for (int i = 0; i < 4; ++i) client.write(kGet);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.status(), 200);
  client.end_writing();
  EXPECT_TRUE(client.ended());
}

// -- number --------------------------------------------------------------------------------------

// Returns `count` connections that the server serves.
std::list<HttpClient> connect(const HttpServer& server, size_t count, const char* from) {
  std::list<HttpClient> clients;
  for (size_t i = 0; i < count; ++i) {
    HttpClient& client = clients.emplace_back(server.port(), from);
    client.write(kGet);
    EXPECT_EQ(client.status(), 200) << i;
  }
  return clients;
}

void expect_turned_away(const HttpServer& server, const char* from) {
  HttpClient client(server.port(), from);
  const std::string response = client.response();
  EXPECT_EQ(HttpClient::status_in(response), 503);
  EXPECT_NE(response.find("\r\nRetry-After: "), std::string::npos);
  client.end_writing();
  EXPECT_TRUE(client.ended());
}

// Answers a request for /wait only at release(), so that its client waits for the server.
class HoldingHandler {
 public:
  void operator()(const HttpRequest& request, const HttpServer::Reply& reply) {
    if (request.path != "/wait") return reply(echo(request));
    const std::lock_guard lock(mutex_);
    held_.push_back(reply);
  }
  size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  void release() {
    const std::lock_guard lock(mutex_);
    for (const auto& reply : std::exchange(held_, {})) reply({});
  }

 private:
  mutable std::mutex mutex_;
  std::vector<HttpServer::Reply> held_;
};

// Returns `count` connections whose requests wait for the server.
std::list<HttpClient> ask_and_wait(const HttpServer& server, const HoldingHandler& handler,
                                   size_t count, const char* from) {
  const size_t before = handler.held();
  std::list<HttpClient> clients;
  for (size_t i = 0; i < count; ++i) {
    clients.emplace_back(server.port(), from).write("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  while (handler.held() < before + count) std::this_thread::yield();
  return clients;
}

TEST(HttpServerLimits, TurnsAwayMoreThanItServesAtOnce) {
  HoldingHandler handler;
  HttpServer server("127.0.0.1", 0, std::ref(handler));
  auto clients = ask_and_wait(server, handler, HttpLimits().connections, "127.0.0.1");
  for (int i = 0; i < 5; ++i) expect_turned_away(server, "127.0.0.1");
  EXPECT_EQ(server.counters().refused_connections, 5U);
  handler.release();
  for (HttpClient& client : clients) EXPECT_EQ(client.status(), 200);
  connect(server, 1, "127.0.0.1");
}

TEST(HttpServerLimits, TurnsAwayOneAddressAlone) {
  HttpLimits limits;
  limits.per_loopback = 3;
  HoldingHandler handler;
  HttpServer server("127.0.0.1", 0, std::ref(handler), limits);
  const auto clients = ask_and_wait(server, handler, 3, "127.0.0.2");
  expect_turned_away(server, "127.0.0.2");
  const auto others = ask_and_wait(server, handler, 3, "127.0.0.3");
  expect_turned_away(server, "127.0.0.3");
  handler.release();
}

TEST(HttpServerLimits, AnswersAHealthCheckWhileAllConnectionsDrip) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  std::list<HttpClient> dripping;
  for (size_t i = 0; i < HttpLimits().connections; ++i) {
    dripping.emplace_back(server.port()).write("GET / HTTP/1.1\r\nX: ");
  }
  for (HttpClient& client : dripping) client.write("a");
  HttpClient probe(server.port());
  probe.write("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(probe.status(), 200);
  EXPECT_EQ(server.counters().refused_connections, 1U) << "one made room";
}

TEST(HttpServerLimits, EndsTheConnectionThatWasIdleLongestToMakeRoom) {
  HttpLimits limits;
  limits.connections = 2;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  auto clients = connect(server, 2, "127.0.0.1");
  clients.front().write(kGet);
  EXPECT_EQ(clients.front().status(), 200);
  connect(server, 1, "127.0.0.1");
  EXPECT_TRUE(clients.back().ended());
  clients.front().write(kGet);
  EXPECT_EQ(clients.front().status(), 200);
}

TEST(HttpServerLimits, GoesOnAfterAFlood) {
  HttpLimits limits;
  limits.connections = 2;
  limits.request_patience = kShort;
  limits.linger = kShort;
  HttpServer server("127.0.0.1", 0, echo_handler, limits);
  {
    std::list<HttpClient> flood;
    for (int i = 0; i < 300; ++i) flood.emplace_back(server.port()).write("GET ");
    for (HttpClient& client : flood) client.rest();
  }
  EXPECT_GT(server.counters().refused_connections, 0U);
  int status = 0;
  while (status != 200) {
    HttpClient client(server.port());
    client.write(kGet);
    status = client.status();
    ASSERT_TRUE(status == 200 || status == 503 || status == 0) << status;
  }
}

std::chrono::nanoseconds processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

TEST(HttpServerLimits, WaitsForDescriptorsWithoutSpinning) {
  if (test::kSanitized) GTEST_SKIP();
  HttpServer server("127.0.0.1", 0, echo_handler);
  std::optional<test::NoMoreDescriptors> none;
  storage::UniqueFd reserved(::dup(0));  // the client's own descriptor comes from here
  none.emplace();
  { const storage::UniqueFd given_up = std::move(reserved); }
  HttpClient client(server.port());
  client.write(kGet);
  const auto before = processor_time();
  std::this_thread::sleep_for(milliseconds(300));  // in which a spinning server would show
  EXPECT_EQ(server.counters().answers[2], 0U);
  EXPECT_LT(processor_time() - before, milliseconds(150));
  none.reset();
  EXPECT_EQ(client.status(), 200);
}

}  // namespace
}  // namespace ngcshare
