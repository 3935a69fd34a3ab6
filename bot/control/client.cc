#include "bot/control/client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "bot/control/address.h"
#include "storage/files/unique_fd.h"

namespace ngcshare {
namespace {

using storage::UniqueFd;

[[noreturn]] void fail_to_reach(const std::filesystem::path& folder, int error) {
  if (error == ENOENT || error == ENOTDIR || error == ECONNREFUSED) {
    throw NotRunningError("no gateway is running on " + folder.string() +
                          "; start one with ngcshare run, or give its folder with --data-dir");
  }
  if (error == EACCES || error == EPERM) {
    throw ControlError("the gateway on " + folder.string() +
                       " belongs to another user; run this as that user or as root");
  }
  throw ControlError("cannot reach the gateway on " + folder.string() + ": " +
                     std::generic_category().message(error));
}

void limit_waiting(int fd, std::chrono::milliseconds patience) {
  timeval time{};
  time.tv_sec = patience.count() / 1000;
  time.tv_usec = patience.count() % 1000 * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
}

UniqueFd connect_to(const std::filesystem::path& folder, std::chrono::milliseconds patience) {
  const auto place = ControlAddress::open(folder);
  if (!place) fail_to_reach(folder, errno);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) fail_to_reach(folder, errno);
  limit_waiting(fd.get(), patience);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string address = place->address();
  assert(address.size() < sizeof(name.sun_path));
  std::memcpy(name.sun_path, address.data(), address.size());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof(name)) != 0) {
    fail_to_reach(folder, errno);
  }
  return fd;
}

// Ignores errors, because an answer may have come already: the gateway refuses without reading.
void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

// Returns nullopt if the gateway closed the connection before the line's end, or took too long.
std::optional<std::string> receive_line(int fd) {
  std::string line;
  std::array<char, 16 * 1024> chunk{};
  while (line.size() <= kMaxControlAnswerBytes) {
    const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    const std::string_view part(chunk.data(), static_cast<size_t>(got));
    const size_t end = part.find('\n');
    line += part.substr(0, end);
    if (end != std::string_view::npos) return line;
  }
  return std::nullopt;
}

}  // namespace

ControlClient::ControlClient(std::filesystem::path folder, std::chrono::milliseconds patience)
    : folder_(std::move(folder)), patience_(patience) {}

ControlAnswer ControlClient::ask(const ControlRequest& request) const {
  const std::string line = encode(request);
  if (line.size() > kMaxControlRequestBytes) {
    return {false, "the command is too long"};
  }
  const UniqueFd fd = connect_to(folder_, patience_);
  send_all(fd.get(), line + "\n");
  const auto received = receive_line(fd.get());
  if (!received) {
    throw ControlError("the gateway on " + folder_.string() +
                       " gave no answer; it may be shutting down or too busy");
  }
  auto answer = decode_control_answer(*received);
  if (!answer) {
    throw ControlError("the gateway on " + folder_.string() +
                       " sent an unknown answer; its version may differ from this program's");
  }
  return std::move(*answer);
}

}  // namespace ngcshare
