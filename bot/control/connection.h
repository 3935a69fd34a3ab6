// One client on the control socket: a request, its answer, the next request. Reads nothing while an
// answer waits to be sent, so it holds at most one of each.
#pragma once

#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "bot/control/protocol.h"

namespace ngcshare {

class ControlConnection : public std::enable_shared_from_this<ControlConnection> {
 public:
  using Socket = asio::local::stream_protocol::socket;
  using Handler = std::function<ControlAnswer(const ControlRequest&)>;
  using OnEnd = std::function<void(const std::shared_ptr<ControlConnection>&)>;

  // Calls `on_end` once, unless close() comes first. REQUIRES: `handler` outlives this.
  ControlConnection(Socket socket, const Handler& handler, std::chrono::milliseconds patience,
                    OnEnd on_end);

  void start() { read_request(); }
  // Closes the connection; neither handler nor on_end is called afterwards.
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
