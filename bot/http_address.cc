#include "bot/http_address.h"

#include <asio/ip/address.hpp>

#include "bot/numbers.h"

namespace ngcshare {

std::optional<HttpAddress> parse_http_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  const auto port = parse_port(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!port) return std::nullopt;
  if (colon == std::string_view::npos) return HttpAddress{"127.0.0.1", *port};
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  asio::error_code error;
  const auto address = asio::ip::make_address(std::string(host), error);
  if (error || address.is_v6() != bracketed) return std::nullopt;
  return HttpAddress{address.to_string(), *port};
}

std::string to_url(const HttpAddress& address) {
  const auto ip = asio::ip::make_address(address.ip);
  std::string host = address.ip;
  if (ip.is_unspecified()) host = ip.is_v6() ? "::1" : "127.0.0.1";
  if (ip.is_v6()) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(address.port) + "/";
}

}  // namespace ngcshare
