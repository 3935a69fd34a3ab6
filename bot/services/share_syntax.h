// Parses and prints the text by which an admin shares a service: ports, their transports, host.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/wire/packet.h"
#include "storage/values/service_record.h"

namespace ngcshare {

struct ShareSpec {
  std::string name;
  std::string host = "127.0.0.1";
  std::vector<storage::PortRange> ports = {};
  storage::ServiceHealth health = storage::ServiceHealth::kTcp;
};

// One line that names the error and gives an example that would work.
struct ShareError {
  std::string text;
};

using ShareResult = std::variant<ShareSpec, ShareError>;

// Parses a NAME, words of the form PORT[-LAST][/tcp|/udp|/both], and [@]HOST (empty: this machine).
// The last port may also be @HOST or end in it. Any word may be health=tcp or health=off.
ShareResult parse_share(std::string_view name, std::span<const std::string> words,
                        std::string_view host);

// Parses the words of `edit`: PORT[-LAST][/tcp|/udp|/both]… [@HOST] [health=tcp|off], at least one
// of them. What is not given is taken from `before`. Only the last port may name a host.
ShareResult parse_edit(const ShareSpec& before, std::span<const std::string> words);

// Returns true for a word that is an option of a service, and not its port: health=tcp, health=off.
bool is_share_option(std::string_view word);

// Parses NAME=PORT[-LAST][/tcp|/udp|/both][,PORT…][@HOST][,health=off], the form of --share.
ShareResult parse_share_flag(std::string_view text);

// Returns "tcp 25565", "udp 25565" or "tcp+udp 25565".
std::string describe(TransportSet transports, uint16_t port);
// Returns "tcp", "udp" or "tcp+udp".
std::string_view to_string(TransportSet transports);
// Returns text such as "tcp 25565, udp 2456-2458".
std::string describe(std::span<const storage::PortRange> ports);
// Returns ", not checked" if the gateway does not check whether the service answers, otherwise "".
std::string_view describe(storage::ServiceHealth health);
// Returns the ports as they are typed, for example "25565 2456-2458/udp".
std::string words_of(std::span<const storage::PortRange> ports);

}  // namespace ngcshare
