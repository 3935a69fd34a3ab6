#include "bot/tox/sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace ngcshare {
namespace {

// NGC at full speed fills a default socket buffer in the first millisecond that nobody reads it.
constexpr int kSocketBufferBytes = 8 * 1024 * 1024;

// The line of /proc/self/status with the size of the table of descriptors.
constexpr std::string_view kTableSize = "FDSize:";

// Returns a number that no open descriptor reaches, or 0 if /proc does not tell.
int end_of_descriptors() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kTableSize)) return std::atoi(line.c_str() + kTableSize.size());
  }
  return 0;
}

// Returns whether a descriptor is open and not marked as ours (base/own_socket.h). Most are ours,
// so this is the only question that is asked about each.
bool is_foreign(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

// Returns the socket's type, or nullopt if the descriptor is not an internet socket.
std::optional<int> internet_socket_type(int descriptor) {
  int type = 0;
  int domain = 0;
  socklen_t length = sizeof(type);
  if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0) return std::nullopt;
  length = sizeof(domain);
  if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) return std::nullopt;
  if (domain != AF_INET && domain != AF_INET6) return std::nullopt;
  return type;
}

uint16_t bound_port(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  const bool v6 = address.ss_family == AF_INET6;
  return ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                  : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

// Sets a large buffer with the privileged option, or without the privilege the largest allowed.
void raise_buffer(int descriptor, int forced_option, int option) {
  const int size = kSocketBufferBytes;
  if (setsockopt(descriptor, SOL_SOCKET, forced_option, &size, sizeof(size)) == 0) return;
  setsockopt(descriptor, SOL_SOCKET, option, &size, sizeof(size));
}

}  // namespace

ToxSockets::ToxSockets() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

ToxSockets::~ToxSockets() { close(epoll_); }

void ToxSockets::rescan(std::optional<uint16_t> udp_port) {
  std::map<int, Identity> present;
  const int end = end_of_descriptors();
  for (int descriptor = 0; descriptor < end; ++descriptor) {
    if (!is_foreign(descriptor)) continue;
    const auto type = internet_socket_type(descriptor);
    if (!type) continue;
    const bool is_udp = *type == SOCK_DGRAM && udp_port && bound_port(descriptor) == *udp_port;
    if (!is_udp && *type != SOCK_STREAM) continue;
    struct stat status {};
    if (fstat(descriptor, &status) != 0) continue;
    const Identity identity{status.st_ino};
    present[descriptor] = identity;
    const auto known = watched_.find(descriptor);
    if (known == watched_.end() || !(known->second == identity)) watch(descriptor, is_udp);
  }
  watched_ = std::move(present);
}

void ToxSockets::watch(int descriptor, bool is_udp) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.fd = descriptor;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  if (is_udp) {
    raise_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF);
    raise_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF);
  } else {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
}

void ToxSockets::drain() {
  std::array<epoll_event, 64> events;
  while (epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0) ==
         static_cast<int>(events.size())) {
  }
}

}  // namespace ngcshare
