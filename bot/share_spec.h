// What an admin types to share something: a port, its transport and where it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/packet.h"

namespace ngcshare {

struct ShareSpec {
  std::string name;
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  TransportSet transports{true, false};
};

// What is wrong and an example that would work, in one line.
struct ShareError {
  std::string text;
};

using ShareResult = std::variant<ShareSpec, ShareError>;

// NAME and PORT[/tcp|/udp|/both][@HOST] as two words, with an optional third word @HOST.
ShareResult parse_share(std::string_view name, std::string_view port, std::string_view host);

// NAME=PORT[/tcp|/udp|/both][@HOST], the form of --share.
ShareResult parse_share_flag(std::string_view text);

// "tcp 25565", "udp 25565" or "tcp+udp 25565".
std::string describe(TransportSet transports, uint16_t port);

}  // namespace ngcshare
