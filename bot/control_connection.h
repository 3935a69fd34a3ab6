// One program on the control socket: a request, its answer, the next request. Nothing is read while
// an answer waits to be taken, so a connection holds one of each at most.
#pragma once

#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "bot/control_protocol.h"

namespace ngcshare {

class ControlConnection : public std::enable_shared_from_this<ControlConnection> {
 public:
  using Socket = asio::local::stream_protocol::socket;
  using Handler = std::function<ControlAnswer(const ControlRequest&)>;
  using OnEnd = std::function<void(const std::shared_ptr<ControlConnection>&)>;

  // `on_end` is called once, unless close() comes first.
  ControlConnection(Socket socket, const Handler& handler, std::chrono::milliseconds patience,
                    OnEnd on_end);

  void start() { read_request(); }
  // Neither handler nor on_end is called any more.
  void close();

 private:
  void read_request();
  void on_line(size_t bytes);
  void send(const ControlAnswer& answer, bool last);
  void wait_at_most();
  void end();

  Socket socket_;
  const Handler& handler_;
  const std::chrono::milliseconds patience_;
  OnEnd on_end_;
  asio::steady_timer timer_;
  std::string input_;
  std::string output_;
  bool closed_ = false;
};

}  // namespace ngcshare
