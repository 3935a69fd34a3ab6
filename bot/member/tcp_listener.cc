#include "bot/member/tcp_listener.h"

#include <utility>

#include "bot/base/log.h"
#include "bot/tunnel/tcp_bridge.h"

namespace ngcshare {

TcpListener::TcpListener(asio::ip::tcp::acceptor acceptor, link::MemoryBudget& memory, Open open)
    : memory_(memory), acceptor_(std::move(acceptor)), open_(std::move(open)) {
  accept_next();
}

void TcpListener::accept_next() {
  acceptor_.async_accept([this, alive = std::weak_ptr(alive_)](const asio::error_code& error,
                                                               asio::ip::tcp::socket socket) {
    if (alive.expired() || error == asio::error::operation_aborted) return;
    if (error) {
      log_warn("local.accept_failed", "cannot accept a local connection: {error}",
               Field{"error", error.message()});
    } else {
      on_connection(std::move(socket));
    }
    accept_next();
  });
}

void TcpListener::on_connection(asio::ip::tcp::socket socket) {
  const auto bridge = TcpBridge::create(std::move(socket), memory_, nullptr, nullptr);
  const std::shared_ptr<Mapping> mapping = open_(*bridge);
  if (mapping == nullptr) {
    bridge->abort(KillReason::kLimit);
  } else {
    bridge->attach(*mapping);
    if (mapping->may_send()) bridge->start();
  }
}

}  // namespace ngcshare
