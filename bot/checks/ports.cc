#include "bot/checks/ports.h"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/ip/v6_only.hpp>
#include <cerrno>
#include <type_traits>

namespace ngcshare {
namespace {

// Binds as toxcore does: both families at once, with a port in TIME_WAIT counting as free.
template <class Protocol>
asio::error_code try_bind(const asio::ip::address& address, uint16_t port) {
  const typename Protocol::endpoint where(address, port);
  asio::io_context loop;
  typename Protocol::socket socket(loop);
  asio::error_code error;
  socket.open(where.protocol(), error);
  if (error) return error;
  if constexpr (std::is_same_v<Protocol, asio::ip::tcp>) {
    socket.set_option(asio::socket_base::reuse_address(true), error);
  }
  if (address.is_v6() && address.is_unspecified()) {
    socket.set_option(asio::ip::v6_only(false), error);
  }
  socket.bind(where, error);
  return error;
}

asio::error_code try_port(const WantedPort& wanted) {
  const auto attempt = [&](const asio::ip::address& address) {
    return wanted.tcp ? try_bind<asio::ip::tcp>(address, wanted.port)
                      : try_bind<asio::ip::udp>(address, wanted.port);
  };
  const asio::error_code error = attempt(wanted.address);
  const bool no_ipv6 = error == asio::error::address_family_not_supported;
  if (no_ipv6 && wanted.address.is_unspecified()) return attempt(asio::ip::address_v4::any());
  return error;
}

std::string advice(const asio::error_code& error) {
  if (error == asio::error::address_in_use) {
    return "is taken by another program; stop that program or choose another port";
  }
  if (error == asio::error::access_denied) {
    return "may not be used by this user; choose a port from 1024 upwards";
  }
  if (error.value() == EADDRNOTAVAIL) {
    return "cannot be used: this machine has no such address";
  }
  return "cannot be used: " + error.message();
}

}  // namespace

void check_ports(const std::vector<WantedPort>& ports, Problems& problems) {
  for (const WantedPort& wanted : ports) {
    const asio::error_code error = try_port(wanted);
    if (!error) continue;
    const std::string where =
        wanted.address.is_unspecified() ? "" : " of " + wanted.address.to_string();
    problems.add(wanted.what + ": " + (wanted.tcp ? "tcp" : "udp") + " port " +
                     std::to_string(wanted.port) + where + " " + advice(error),
                 kExitPortInUse);
  }
}

}  // namespace ngcshare
