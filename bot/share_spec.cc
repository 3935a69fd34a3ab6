#include "bot/share_spec.h"

#include <optional>

#include "bot/numbers.h"
#include "bot/target_policy.h"
#include "bot/words.h"
#include "protocol/text.h"

namespace ngcshare {
namespace {

ShareError bad_name() {
  return {
      "a name is 1 to 64 bytes of text without control characters and '=', for example "
      "minecraft"};
}

ShareError bad_port(std::string_view port) {
  return {"\"" + printable(port) +
          "\" is no port: it is a number from 1 to 65535, for example "
          "25565, 25565/udp or 25565/both"};
}

std::optional<TransportSet> parse_transports(std::string_view text) {
  if (text == "tcp") return TransportSet{true, false};
  if (text == "udp") return TransportSet{false, true};
  if (text == "both") return TransportSet{true, true};
  return std::nullopt;
}

}  // namespace

ShareResult parse_share(std::string_view name, std::string_view port, std::string_view host) {
  ShareSpec spec;
  spec.name = std::string(name);
  if (!is_valid_service_name(name) || name.find('=') != std::string_view::npos) return bad_name();
  const std::string_view whole = port;
  if (const size_t at = port.find('@'); at != std::string_view::npos) {
    host = port.substr(at);
    port = port.substr(0, at);
  }
  if (const size_t slash = port.find('/'); slash != std::string_view::npos) {
    const auto transports = parse_transports(port.substr(slash + 1));
    if (!transports) return bad_port(whole);
    spec.transports = *transports;
    port = port.substr(0, slash);
  }
  const auto number = parse_port(port);
  if (!number) return bad_port(whole);
  spec.port = *number;
  if (!host.empty()) {
    if (host.front() == '@') host.remove_prefix(1);
    if (!is_valid_host(host)) {
      return ShareError{"\"" + printable(host) + "\" is no host, for example 25565@127.0.0.1"};
    }
    spec.host = std::string(host);
  }
  return spec;
}

ShareResult parse_share_flag(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return ShareError{"\"" + printable(text) +
                      "\" is not NAME=PORT, for example minecraft=25565 or web=80@10.0.0.7"};
  }
  return parse_share(text.substr(0, equals), text.substr(equals + 1), {});
}

std::string describe(TransportSet transports, uint16_t port) {
  const char* const name = transports.tcp && transports.udp ? "tcp+udp "
                           : transports.tcp                 ? "tcp "
                                                            : "udp ";
  return name + std::to_string(port);
}

}  // namespace ngcshare
