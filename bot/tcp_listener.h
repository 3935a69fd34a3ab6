// A local tcp port of a service that somebody else offers: each connection opens a mapping.
#pragma once

#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "protocol/link/memory_budget.h"
#include "protocol/mapping.h"

namespace ngcshare {

class TcpListener {
 public:
  // Opens a mapping for a sink, or gives nullptr.
  using Open = std::function<Mapping*(MappingSink&)>;

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
