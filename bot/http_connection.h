// One client of the HTTP server: a request, its response, the next request. Nothing is handled
// while a response is on its way, so pipelined requests are answered in their order. Only
// http_server.cc includes this: it brings in all of Boost.Asio.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "bot/http_message.h"
#include "bot/http_reader.h"
#include "bot/http_server.h"

namespace ngcshare {

using HttpLoop = boost::asio::io_context;

// What a connection needs of the server that has it. Outlives it until on_end().
class HttpConnectionOwner {
 public:
  virtual ~HttpConnectionOwner() = default;
  virtual void on_request(const HttpRequest& request, HttpServer::Reply reply) = 0;
  virtual void on_answer(int status) = 0;  // a response begins to go out
  virtual void on_timeout() = 0;
  virtual void on_end(const std::shared_ptr<class HttpConnection>& connection) = 0;  // once
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // A connection from `address`, whose `socket` does not block. `limits` outlives it.
  HttpConnection(std::shared_ptr<HttpLoop> loop, Socket socket, boost::asio::ip::address address,
                 const HttpLimits& limits, HttpConnectionOwner& owner);

  void start();
  // Instead of start(): answers at once with an error, without reading what the client wants.
  void turn_away(int status);
  // Answers what waits with 503, lets what is on its way go out, and ends.
  void finish();
  // Closes, and calls on_end().
  void end();

  const boost::asio::ip::address& address() const { return address_; }

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
  bool is_reading_ = false;  // a read waits for bytes
  bool keep_alive_ = false;
  bool with_body_ = true;
  bool closed_ = false;
  uint64_t requests_ = 0;
  size_t drained_ = 0;
};

}  // namespace ngcshare
