// What an admin types to share something: its ports, their transports and where it stands.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/packet.h"
#include "storage/service_record.h"

namespace ngcshare {

struct ShareSpec {
  std::string name;
  std::string host = "127.0.0.1";
  std::vector<storage::PortRange> ports = {};
};

// What is wrong and an example that would work, in one line.
struct ShareError {
  std::string text;
};

using ShareResult = std::variant<ShareSpec, ShareError>;

// NAME, words that are PORT[-LAST][/tcp|/udp|/both], and [@]HOST (empty: this machine). The last
// word of `ports` may also be @HOST or end in it.
ShareResult parse_share(std::string_view name, std::span<const std::string> ports,
                        std::string_view host);

// What is left out of `words` (PORT[-LAST][/tcp|/udp|/both]… [@HOST], at least one of them) is as
// it was `before`. Only the last word may name a host.
ShareResult parse_edit(const ShareSpec& before, std::span<const std::string> words);

// NAME=PORT[-LAST][/tcp|/udp|/both][,PORT…][@HOST], the form of --share.
ShareResult parse_share_flag(std::string_view text);

// "tcp 25565", "udp 25565" or "tcp+udp 25565".
std::string describe(TransportSet transports, uint16_t port);
// "tcp", "udp" or "tcp+udp"
std::string_view to_string(TransportSet transports);
// "tcp 25565, udp 2456-2458".
std::string describe(std::span<const storage::PortRange> ports);
// "25565 2456-2458/udp", as it is typed.
std::string words_of(std::span<const storage::PortRange> ports);

}  // namespace ngcshare
