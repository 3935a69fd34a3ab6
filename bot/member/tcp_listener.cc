#include "bot/member/tcp_listener.h"

#include <utility>

#include "bot/base/log.h"
#include "bot/tunnel/tcp_bridge.h"

namespace ngcshare {
namespace {

void say_that_programs_wait(const asio::error_code& why) {
  log_warn("local.accept_waits",
           "a local program waits for its connection, because no descriptor is left: {error}; end "
           "other connections, or raise the limit of open files (ulimit -n)",
           Field{"error", why.message()});
}

}  // namespace

TcpListener::TcpListener(asio::ip::tcp::acceptor acceptor, DescriptorBudget& descriptors, Open open,
                         Refuses refuses)
    : open_(std::move(open)),
      refuses_(std::move(refuses)),
      accepting_(
          std::move(acceptor), descriptors,
          [this](asio::ip::tcp::socket socket, DescriptorBudget::Lease lease) {
            on_connection(std::move(socket), std::move(lease));
          },
          say_that_programs_wait) {}

void TcpListener::on_connection(asio::ip::tcp::socket socket, DescriptorBudget::Lease lease) {
  if (refuses_ && refuses_(socket)) {
    asio::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
    return;
  }
  // The bridge destroys the handler of its end, and with it the lease, once its socket is closed.
  const auto bridge = TcpBridge::create(std::move(socket), nullptr, [lease = std::move(lease)] {});
  const std::shared_ptr<Mapping> mapping = open_(*bridge);
  if (mapping == nullptr) {
    bridge->abort(KillReason::kLimit);
  } else {
    bridge->attach(*mapping);
    if (mapping->may_send()) bridge->start();
  }
}

}  // namespace ngcshare
