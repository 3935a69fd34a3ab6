// A small HTTP/1.1 server for the status page, the JSON API, health and metrics. It has a thread
// and an event loop of its own, at low priority and with all signals blocked, so that nothing that
// a client does is felt by the loop that carries data. It logs nothing.
//
// Whatever is malformed, too large, too slow or too much is answered here and never reaches the
// handler. Responses have the headers of http_response.h. Who may see or do what is the handler's
// business; http_guard.h and http_token.h are for that.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bot/http_message.h"

namespace ngcshare {

struct HttpCounters {
  std::array<uint64_t, 6> answers{};  // by the status' first digit; 0 and 1 are unused
  uint64_t connections = 0;           // that were taken
  uint64_t refused_connections = 0;   // over a limit: answered with 503 or just closed
  uint64_t timeouts = 0;              // 408 and 503 because of lost patience, and slow readers
};

class HttpServer {
 public:
  using Limits = HttpLimits;
  // May be called from any thread, also when the server is gone. Only the first call counts; none
  // within Limits::reply_patience is answered with 503.
  using Reply = std::function<void(HttpResponse)>;
  // Runs on the server's thread: it must be quick, and what it touches must be safe there. To ask
  // the main loop, it posts to that loop and lets it call the reply. An exception is answered with
  // 500.
  using Handler = std::function<void(const HttpRequest&, Reply)>;

  // Listens on `address`, an IP literal, from here on; port 0 takes a free one. Throws
  // PortInUseError when that can't be.
  HttpServer(const std::string& address, uint16_t port, Handler handler, const Limits& limits = {});
  // Requests without a reply are answered with 503; responses on their way get up to
  // Limits::linger. The handler is not called any more once this returns.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  // Runs it on the server's thread soon, unless the server ends before. From any thread.
  void post(std::function<void()> work);
  // From any thread.
  HttpCounters counters() const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace ngcshare
