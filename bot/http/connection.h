// One client connection of the HTTP server: request, response, next request. A request is handled
// only after the previous response has been sent, so pipelined requests are answered in order. Only
// server.cc includes this, because it includes all of Boost.Asio.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "bot/http/message.h"
#include "bot/http/reader.h"
#include "bot/http/server.h"

namespace ngcshare {

using HttpLoop = boost::asio::io_context;

// The server, as its connections see it. Must outlive a connection until its on_end().
class HttpConnectionOwner {
 public:
  virtual ~HttpConnectionOwner() = default;
  virtual void on_request(const HttpRequest& request, HttpServer::Reply reply) = 0;
  virtual void on_answer(int status) = 0;  // sending a response has begun
  virtual void on_end(const std::shared_ptr<class HttpConnection>& connection) = 0;  // once
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // Serves the client at `address`. REQUIRES: `socket` is non-blocking; `limits` outlives this.
  HttpConnection(std::shared_ptr<HttpLoop> loop, Socket socket, boost::asio::ip::address address,
                 const HttpLimits& limits, HttpConnectionOwner& owner);

  void start();
  // Call instead of start(): answers at once with an error, without reading a request.
  void turn_away(int status);
  // Answers a pending request with 503, finishes sending a response, and ends.
  void finish();
  // Closes the socket and calls on_end().
  void end();

  const boost::asio::ip::address& address() const { return address_; }
  // Returns since when the server waits for the client to send its request, to read its response or
  // to ask again; nullopt while the client waits for the server.
  std::optional<std::chrono::steady_clock::time_point> waits_since() const;

 private:
  enum class Phase { kIdle, kReading, kHandling, kWriting, kDraining };

  void read();
  void on_read(const boost::system::error_code& error, size_t bytes);
  void on_bytes(size_t bytes);
  void on_drained(size_t bytes);
  void proceed();
  void handle();
  HttpServer::Reply make_reply();
  void answer(uint64_t request, const HttpResponse& response);
  void send_continue();
  void send(const HttpResponse& response, bool keep_alive);
  void on_sent(bool keep_alive);
  void await_next();
  void drain();
  void wait_at_most(HttpLimits::Duration patience);
  void on_patience_lost();

  const std::shared_ptr<HttpLoop> loop_;
  Socket socket_;
  boost::asio::steady_timer timer_;
  const boost::asio::ip::address address_;
  const HttpLimits& limits_;
  HttpConnectionOwner& owner_;
  HttpReader reader_;
  std::array<char, 4096> chunk_{};
  std::string output_;
  Phase phase_ = Phase::kIdle;
  bool is_reading_ = false;  // a read is pending
  bool keep_alive_ = false;
  bool with_body_ = true;
  bool closed_ = false;
  uint64_t requests_ = 0;
  size_t drained_ = 0;
  std::chrono::steady_clock::time_point phase_began_{};
};

}  // namespace ngcshare
