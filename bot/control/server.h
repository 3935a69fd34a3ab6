// Listens on the control socket of a running gateway, FOLDER/control.sock with mode 0600. Takes
// requests of protocol.h from programs of the gateway's own user or root.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>

#include "bot/base/descriptor_budget.h"
#include "bot/control/address.h"
#include "bot/control/protocol.h"
#include "bot/process/accept_loop.h"

namespace ngcshare {

class ControlConnection;

struct ControlLimits {
  size_t connections = 8;
  // A connection is closed if by then it has not sent a whole request, or not taken its answer.
  std::chrono::milliseconds patience{30'000};
  uid_t owner = ::geteuid();  // may connect, as may root
};

class ControlServer {
 public:
  using Handler = std::function<ControlAnswer(const ControlRequest&)>;

  // REQUIRES: the caller holds the folder's InstanceLock, so that an existing socket is a dead
  // gateway's and may be replaced; `loop` outlives this. Throws StorageError if something other
  // than a socket has its name, or the folder cannot hold a socket.
  ControlServer(asio::io_context& loop, const std::filesystem::path& folder, Handler handler,
                const ControlLimits& limits = {});
  // Closes all connections and removes the socket.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  using Socket = asio::local::stream_protocol::socket;

  using Accepting = AcceptLoop<asio::local::stream_protocol>;

  void remove_stale() const;
  Accepting::Acceptor listen(asio::io_context& loop) const;
  void on_connection(Socket socket);
  bool may_connect(Socket& socket) const;

  const ControlAddress address_;
  const Handler handler_;
  const ControlLimits limits_;
  std::set<std::shared_ptr<ControlConnection>> connections_;
  DescriptorBudget descriptors_;  // unlimited, because limits_ bounds them
  Accepting accepting_;
};

}  // namespace ngcshare
