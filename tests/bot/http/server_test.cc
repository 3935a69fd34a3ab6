#include "bot/http/server.h"

#include <dirent.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bot/base/port_in_use.h"
#include "bot/tox/node.h"
#include "tests/bot/http/client.h"

namespace ngcshare {
namespace {

using test::echo;
using test::echo_handler;
using test::HttpClient;
using test::kGet;

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

// -- responses -----------------------------------------------------------------------------------

TEST(HttpServer, AnswersOneRequestAfterTheOther) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  HttpClient client(server.port());
  for (int i = 0; i < 10; ++i) {
    client.write(get("/" + std::to_string(i)));
    EXPECT_TRUE(client.response().ends_with("\r\n\r\n/" + std::to_string(i) + " ")) << i;
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  HttpClient client(server.port());
  std::string all;
  for (int i = 0; i < 200; ++i) all += get("/" + std::to_string(i));
  client.write(all);
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(client.response().ends_with("\r\n\r\n/" + std::to_string(i) + " ")) << i;
  }
}

TEST(HttpServer, SendsNoBodyToHead) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  HttpClient client(server.port());
  client.write("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\n" + get("/next"));
  const std::string head = client.response(true);
  EXPECT_NE(head.find("Content-Length: 5\r\n"), std::string::npos) << head;
  EXPECT_TRUE(client.response().ends_with("\r\n\r\n/next "));
}

TEST(HttpServer, TakesABody) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  HttpClient client(server.port());
  client.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel");
  client.write("lo");
  EXPECT_TRUE(client.response().ends_with("/ hello"));
}

TEST(HttpServer, SaysThatAClientMayGoOn) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  HttpClient client(server.port());
  client.write("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.response(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.write("hello");
  EXPECT_TRUE(client.response().ends_with("/ hello"));
}

TEST(HttpServer, AnswersAClientThatHasEndedItsSide) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  HttpClient client(server.port());
  client.write(kGet);
  client.end_writing();
  EXPECT_EQ(client.status(), 200);
  EXPECT_TRUE(client.ended());
}

TEST(HttpServer, EndsTheConnectionWhenTheClientWantsItOrIsOld) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  for (const char* const text :
       {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    HttpClient client(server.port());
    client.write(text);
    const std::string response = client.response();
    EXPECT_EQ(HttpClient::status_in(response), 200);
    EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_TRUE(client.ended());
  }
}

TEST(HttpServer, RefusesAndEndsTheConnection) {
  std::atomic<int> handled = 0;
  HttpServer server("127.0.0.1", 0,
                    [&](const HttpRequest& request, const HttpServer::Reply& reply) {
                      ++handled;
                      reply(echo(request));
                    });
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {"nonsense\r\n\r\n", 400},
      {std::string("\x16\x03\x01", 3), 400},
      {"PUT / HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n" + std::string(99999, 'a'),
       413},
      {"GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},
      {"POST / HTTP/1.1\r\nHost: h\r\nExpect: x\r\nContent-Length: 1\r\n\r\na", 417},
      {"GET / HTTP/1.1\r\nX: " + std::string(50000, 'a'), 431},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: br\r\n\r\n", 501},
      {"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505},
  };
  for (const auto& row : cases) {
    HttpClient client(server.port());
    client.write(row.bytes + std::string(kGet));  // what follows is not looked at
    const std::string response = client.response();
    EXPECT_EQ(HttpClient::status_in(response), row.status);
    EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos) << row.status;
    EXPECT_NE(response.find("\r\nContent-Security-Policy: "), std::string::npos) << row.status;
    client.end_writing();
    EXPECT_TRUE(client.ended()) << row.status;
  }
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(server.counters().answers[4], 8U);
  EXPECT_EQ(server.counters().answers[5], 2U);
}

TEST(HttpServer, ServesBothFamiliesAtTheUnspecifiedAddress) {
  HttpServer server("::", 0, echo_handler);
  HttpClient client(server.port());  // as ::ffff:127.0.0.1
  client.write(kGet);
  EXPECT_EQ(client.status(), 200);
}

// -- replies -------------------------------------------------------------------------------------

TEST(HttpServer, TakesAReplyFromAnotherThread) {
  std::vector<std::thread> threads;
  HttpServer server("127.0.0.1", 0,
                    [&](const HttpRequest& request, const HttpServer::Reply& reply) {
                      threads.emplace_back([request, reply] { reply(echo(request)); });
                    });
  HttpClient client(server.port());
  for (int i = 0; i < 20; ++i) {
    client.write(get("/later"));
    EXPECT_TRUE(client.response().ends_with("/later "));
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(HttpServer, CountsTheFirstReplyOnly) {
  HttpServer server("127.0.0.1", 0, [](const HttpRequest& request, const HttpServer::Reply& reply) {
    reply(echo(request));
    HttpResponse other;
    other.body = "other";
    reply(other);
  });
  HttpClient client(server.port());
  for (const char* const path : {"/one", "/two"}) {
    client.write(get(path));
    EXPECT_TRUE(client.response().ends_with(std::string(path) + " "));
  }
}

TEST(HttpServer, SaysThatItIsBusyWhenNoReplyComes) {
  std::promise<HttpServer::Reply> kept;
  HttpLimits limits;
  limits.reply_patience = std::chrono::milliseconds(20);
  HttpServer server(
      "127.0.0.1", 0,
      [&](const HttpRequest& request, const HttpServer::Reply& reply) {
        if (request.path != "/never") return reply(echo(request));
        kept.set_value(reply);
      },
      limits);
  HttpClient client(server.port());
  client.write(get("/never"));
  const std::string response = client.response();
  EXPECT_EQ(HttpClient::status_in(response), 503);
  EXPECT_NE(response.find("\r\nRetry-After: "), std::string::npos);
  kept.get_future().get()(HttpResponse());  // too late
  client.write(get("/next"));
  EXPECT_TRUE(client.response().ends_with("/next "));
}

TEST(HttpServer, TellsNothingOfAHandlersException) {
  HttpServer server("127.0.0.1", 0, [](const HttpRequest&, const HttpServer::Reply&) {
    throw std::runtime_error("secret");
  });
  HttpClient client(server.port());
  client.write(kGet);
  const std::string response = client.response();
  EXPECT_EQ(HttpClient::status_in(response), 500);
  EXPECT_EQ(response.find("secret"), std::string::npos);
}

TEST(HttpServer, MayBeGoneWhenTheReplyComes) {
  std::promise<HttpServer::Reply> asked;
  auto reply = asked.get_future();
  std::optional<HttpServer> server;
  server.emplace("127.0.0.1", uint16_t{0}, [&](const HttpRequest&, const HttpServer::Reply& given) {
    asked.set_value(given);
  });
  HttpClient client(server->port());
  client.write(kGet);
  const HttpServer::Reply late = reply.get();
  client.end_writing();
  server.reset();
  late(HttpResponse());
  EXPECT_EQ(client.status(), 503);
}

// -- several clients -----------------------------------------------------------------------------

TEST(HttpServer, ServesClientsAtTheSameTime) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  constexpr int kClients = 8;
  constexpr int kRequests = 200;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, path = "/" + std::to_string(i)] {
      HttpClient client(server.port());
      for (int n = 0; n < kRequests; ++n) {
        client.write(get(path));
        if (client.response().ends_with("\r\n\r\n" + path + " ")) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kClients * kRequests);
  EXPECT_EQ(server.counters().answers[2], static_cast<uint64_t>(kClients * kRequests));
}

TEST(HttpServer, SurvivesClientsThatLeaveWithoutReading) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  for (int i = 0; i < 200; ++i) HttpClient(server.port()).write(std::string(kGet) + "GET / HT");
  HttpClient client(server.port());
  client.write(kGet);
  EXPECT_EQ(client.status(), 200);
}

// -- start and end -------------------------------------------------------------------------------

TEST(HttpServer, SaysWhenItCannotListen) {
  const HttpServer first("127.0.0.1", 0, echo_handler);
  for (const auto& [address, port] : {std::pair<std::string, uint16_t>{"127.0.0.1", first.port()},
                                      {"192.0.2.1", 0},
                                      {"localhost", 0},
                                      {"", 0}}) {
    try {
      const HttpServer second(address, port, echo_handler);
      FAIL() << address;
    } catch (const PortInUseError& error) {
      EXPECT_NE(std::string(error.what()).find("HTTP"), std::string::npos) << error.what();
    }
  }
}

TEST(HttpServer, AnswersWhatWaitsAndEndsIdleConnectionsAtItsEnd) {
  std::promise<void> asked;
  std::optional<HttpServer> server;
  server.emplace("127.0.0.1", uint16_t{0},
                 [&](const HttpRequest&, const HttpServer::Reply&) { asked.set_value(); });
  HttpClient idle(server->port());
  HttpClient half(server->port());
  half.write("GET / HT");
  HttpClient waiting(server->port());
  waiting.write(kGet);
  asked.get_future().wait();
  std::thread reader([&] {
    EXPECT_EQ(waiting.status(), 503);
    waiting.end_writing();
  });
  server.reset();
  reader.join();
  EXPECT_TRUE(waiting.ended());
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(half.ended());
}

TEST(HttpServer, DoesNotWaitForAClientThatTakesNothingAtItsEnd) {
  HttpLimits limits;
  limits.linger = std::chrono::milliseconds(20);
  std::optional<HttpServer> server;
  server.emplace(
      "127.0.0.1", uint16_t{0},
      [](const HttpRequest&, const HttpServer::Reply& reply) {
        HttpResponse large;
        large.body.assign(32 * 1024 * 1024, 'a');
        reply(large);
      },
      limits);
  HttpClient client(server->port(), "127.0.0.1", 4096);
  client.write(kGet);
  while (server->counters().answers[2] == 0) std::this_thread::yield();
  server.reset();
}

// Returns whether the thread of that name blocks signal `number`, or nullopt without such a thread.
std::optional<bool> blocks(const std::string& name, int number) {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(opendir("/proc/self/task"), closedir);
  while (const dirent* task = readdir(tasks.get())) {
    const std::string folder = std::string("/proc/self/task/") + task->d_name;
    std::string word;
    if (!(std::ifstream(folder + "/comm") >> word) || word != name) continue;
    std::ifstream status(folder + "/status");
    while (status >> word && word != "SigBlk:") {
    }
    uint64_t mask = 0;
    status >> std::hex >> mask;
    return (mask >> (number - 1) & 1) != 0;
  }
  return std::nullopt;
}

TEST(HttpServer, LeavesSignalsToTheMainLoop) {
  HttpServer server("127.0.0.1", 0, echo_handler);
  HttpClient client(server.port());
  client.write(kGet);
  EXPECT_EQ(client.status(), 200);  // by now the thread has its name
  EXPECT_EQ(blocks("http", SIGTERM), true);
  EXPECT_EQ(blocks("http", SIGHUP), true);
  sigset_t own{};
  pthread_sigmask(SIG_SETMASK, nullptr, &own);
  EXPECT_EQ(sigismember(&own, SIGTERM), 0);
}

}  // namespace
}  // namespace ngcshare
