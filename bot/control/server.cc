#include "bot/control/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <asio/buffer.hpp>
#include <cerrno>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/own_socket.h"
#include "bot/control/connection.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

using storage::StorageError;

ControlAddress open_address(const std::filesystem::path& folder) {
  auto address = ControlAddress::open(folder);
  if (!address) throw storage::system_call_error(folder, errno, storage::FileAccess::kWrite);
  return std::move(*address);
}

// Sends without blocking: a new connection has room for one short line.
void refuse(asio::local::stream_protocol::socket& socket, const std::string& why) {
  const std::string line = encode(ControlAnswer{false, why}) + "\n";
  asio::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(line), ignored);
}

}  // namespace

ControlServer::ControlServer(asio::io_context& loop, const std::filesystem::path& folder,
                             Handler handler, const ControlLimits& limits)
    : address_(open_address(folder)),
      handler_(std::move(handler)),
      limits_(limits),
      accepting_(
          listen(loop), descriptors_,
          [this](Socket socket, auto) { on_connection(std::move(socket)); },
          [](const asio::error_code& why) {
            log_warn("control.accept_failed",
                     "a control connection has to wait: {error}; it is tried again",
                     Field{"error", why.message()});
          }) {}

ControlServer::~ControlServer() {
  for (const auto& connection : connections_) connection->close();
  ::unlinkat(address_.folder(), ControlAddress::kName, 0);
}

// A socket is a dead gateway's, because this process holds the folder's lock. Throws if another
// kind of file has the name, and leaves it alone.
void ControlServer::remove_stale() const {
  struct stat found {};
  if (::fstatat(address_.folder(), ControlAddress::kName, &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return;
    throw storage::system_call_error(address_.path(), errno, storage::FileAccess::kWrite);
  }
  if (!S_ISSOCK(found.st_mode)) {
    throw StorageError(StorageError::Kind::kOther, address_.path(), "is not a socket of ngcshare",
                       "move it away");
  }
  if (::unlinkat(address_.folder(), ControlAddress::kName, 0) != 0) {
    throw storage::system_call_error(address_.path(), errno, storage::FileAccess::kWrite);
  }
}

// Sets the mode before bind(), because Linux creates the file with the socket's mode: it never has
// another one, and the umask, which all threads share, is unchanged.
ControlServer::Accepting::Acceptor ControlServer::listen(asio::io_context& loop) const {
  remove_stale();
  try {
    Accepting::Acceptor acceptor(loop);
    acceptor.open();
    mark_as_own(acceptor);
    if (::fchmod(acceptor.native_handle(), S_IRUSR | S_IWUSR) != 0) {
      throw storage::system_call_error(address_.path(), errno, storage::FileAccess::kWrite);
    }
    acceptor.bind(asio::local::stream_protocol::endpoint(address_.address()));
    acceptor.listen();
    return acceptor;
  } catch (const asio::system_error& error) {
    throw storage::system_call_error(address_.path(), error.code().value(),
                                     storage::FileAccess::kWrite);
  }
}

void ControlServer::on_connection(Socket socket) {
  mark_as_own(socket);
  if (!may_connect(socket)) {
    log_warn("control.refused", "refused a control connection from another user");
    return refuse(socket, "only the gateway's own user and root may control it");
  }
  if (connections_.size() >= limits_.connections) {
    return refuse(socket, "too many control connections at once; try again");
  }
  const auto connection = std::make_shared<ControlConnection>(
      std::move(socket), handler_, limits_.patience,
      [this](const std::shared_ptr<ControlConnection>& ended) { connections_.erase(ended); });
  connections_.insert(connection);
  connection->start();
}

bool ControlServer::may_connect(Socket& socket) const {
  ucred peer{};
  socklen_t length = sizeof(peer);
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
    return false;
  }
  return peer.uid == 0 || peer.uid == limits_.owner;
}

}  // namespace ngcshare
