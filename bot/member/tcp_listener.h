// Listens on the local tcp port of another peer's service; opens a mapping for each connection.
#pragma once

#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "protocol/link/memory_budget.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class TcpListener {
 public:
  // Opens a mapping for a sink, or returns nullptr.
  using Open = std::function<std::shared_ptr<Mapping>(MappingSink&)>;

  TcpListener(asio::ip::tcp::acceptor acceptor, link::MemoryBudget& memory, Open open);

 private:
  void accept_next();
  void on_connection(asio::ip::tcp::socket socket);

  link::MemoryBudget& memory_;
  asio::ip::tcp::acceptor acceptor_;
  Open open_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();  // handlers may run after our end
};

}  // namespace ngcshare
