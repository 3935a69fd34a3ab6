#include "bot/base/host_name.h"

#include "bot/base/ascii.h"
#include "bot/base/numbers.h"

namespace ngcshare {

bool is_valid_host(std::string_view host) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
  return !host.empty() && host.size() <= 253 && host.front() != '-' &&
         host.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_localhost(std::string_view host) { return lowered(host) == "localhost"; }

std::optional<HostAndPort> split_host_port(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  return HostAndPort{host, bracketed, *port};
}

}  // namespace ngcshare
