#include "bot/http/address.h"

#include <boost/asio/ip/address.hpp>

#include "bot/base/host_name.h"
#include "bot/base/numbers.h"

namespace ngcshare {

namespace ip = boost::asio::ip;

std::optional<HttpAddress> parse_http_address(std::string_view text) {
  if (const auto port = parse_port(text)) return HttpAddress{"127.0.0.1", *port};
  const auto split = split_host_port(text);
  if (!split) return std::nullopt;
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(split->host), error);
  if (error || address.is_v6() != split->bracketed) return std::nullopt;
  return HttpAddress{address.to_string(), split->port};
}

std::string to_url(const HttpAddress& address) {
  const auto ip = ip::make_address(address.ip);
  std::string host = address.ip;
  if (ip.is_unspecified()) host = ip.is_v6() ? "::1" : "127.0.0.1";
  if (ip.is_v6()) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(address.port) + "/";
}

}  // namespace ngcshare
