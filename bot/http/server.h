// A small HTTP/1.1 server for the status page, the JSON API, health and metrics. It has its own
// thread and event loop, at low priority and with all signals blocked, so that no client can delay
// the loop that carries data. It logs nothing.
//
// It answers malformed, too large, too slow and too many requests itself; they never reach the
// handler. Responses have the headers of response.h. Access control is up to the handler, with
// cross_origin.h and bearer_token.h.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bot/http/message.h"

namespace ngcshare {

struct HttpCounters {
  std::array<uint64_t, 6> answers{};  // by the status' first digit; 0 and 1 are unused
  uint64_t refused_connections = 0;   // over a limit: answered with 503, or closed
};

class HttpServer {
 public:
  using Limits = HttpLimits;
  // Sends the response. May be called from any thread, even after the server is destroyed. Only the
  // first call counts; without a call within Limits::reply_patience, 503 is sent.
  using Reply = std::function<void(HttpResponse)>;
  // Runs on the server's thread, so it must be quick and thread-safe. To use the main loop, it
  // posts to that loop, which then calls the reply. An exception is answered with 500.
  using Handler = std::function<void(const HttpRequest&, Reply)>;

  // Listens on `address`, an IP literal; port 0 takes a free one. Throws PortInUseError if it
  // cannot listen there.
  HttpServer(const std::string& address, uint16_t port, Handler handler, const Limits& limits = {});
  // Answers pending requests with 503 and gives responses up to Limits::linger to be sent. The
  // handler is not called after the destructor has returned.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  // Runs `work` on the server's thread, unless the server ends before. Callable from any thread.
  void post(std::function<void()> work);
  // Callable from any thread.
  HttpCounters counters() const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace ngcshare
