// Listens on the local tcp port of another peer's service; opens a mapping for each connection.
// While no descriptor is left for a connection, new ones wait in the kernel's queue.
#pragma once

#include <asio/ip/tcp.hpp>
#include <functional>

#include "bot/base/descriptor_budget.h"
#include "bot/process/accept_loop.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class TcpListener {
 public:
  // Opens a mapping for a sink, or returns nullptr.
  using Open = std::function<std::shared_ptr<Mapping>(MappingSink&)>;

  // Returns true for a connection that is reset at once. Must not destroy the listener.
  using Refuses = std::function<bool(asio::ip::tcp::socket&)>;

  // `descriptors` must outlive the listener and its connections.
  TcpListener(asio::ip::tcp::acceptor acceptor, DescriptorBudget& descriptors, Open open,
              Refuses refuses = nullptr);

 private:
  void on_connection(asio::ip::tcp::socket socket, DescriptorBudget::Lease lease);

  Open open_;
  Refuses refuses_;
  AcceptLoop<asio::ip::tcp> accepting_;
};

}  // namespace ngcshare
