#include "bot/services/share_syntax.h"

#include <optional>

#include "bot/base/ascii.h"
#include "bot/base/host_name.h"
#include "bot/base/numbers.h"
#include "bot/base/printable.h"
#include "bot/services/ports.h"
#include "bot/services/service_name.h"
#include "bot/services/target_policy.h"

namespace ngcshare {
namespace {

using storage::PortRange;

ShareError name_too_long() {
  return {
      "a service with more than one port has a name of at most 58 bytes, for example minecraft: "
      "its ports are offered as minecraft:25566"};
}

ShareError bad_port(std::string_view port) {
  return {"\"" + printable(port) +
          "\" is not a port: use a number from 1 to 65535, for example "
          "25565, 25565/udp, 25565/both or 2456-2458/udp"};
}

ShareError reversed(std::string_view port) {
  return {"\"" + printable(port) +
          "\" ends before it begins: write a range as FIRST-LAST, for example 2456-2458/udp"};
}

ShareError too_many() {
  return {"a service has at most " + std::to_string(storage::kMostServicePorts) +
          " ports, for example 27000-27063/udp"};
}

ShareError overlap() {
  return {
      "a port is given twice for the same transport; give each port once per transport, for "
      "example 25565/tcp 25565/udp"};
}

bool parse_transports(std::string_view typed, PortRange& range) {
  const std::string text = lowered(typed);
  range.tcp = text == "tcp" || text == "both";
  range.udp = text == "udp" || text == "both";
  return range.tcp || range.udp;
}

std::variant<PortRange, ShareError> parse_range(std::string_view word) {
  PortRange range{.tcp = true};
  std::string_view numbers = word;
  if (const size_t slash = word.find('/'); slash != std::string_view::npos) {
    if (!parse_transports(word.substr(slash + 1), range)) return bad_port(word);
    numbers = word.substr(0, slash);
  }
  const size_t dash = numbers.find('-');
  const auto first = parse_port(numbers.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_port(numbers.substr(dash + 1));
  if (!first || !last) return bad_port(word);
  if (*last < *first) return reversed(word);
  range.first = *first;
  range.last = *last;
  return range;
}

constexpr std::string_view kHealthTcp = "health=tcp";
constexpr std::string_view kHealthOff = "health=off";

ShareError bad_option(std::string_view word) {
  return {"\"" + printable(word) + "\" is not an option: use health=tcp or health=off"};
}

// What is said of a service, as far as it was typed.
struct Place {
  std::vector<PortRange> ports;
  std::optional<std::string> host;
  std::optional<storage::ServiceHealth> health;
};

size_t count_ports(std::span<const PortRange> ranges) {
  size_t count = 0;
  for (const PortRange& range : ranges) count += size_t{range.last} - range.first + 1;
  return count;
}

// Checks what concerns the service as a whole; returns nullopt if it is valid.
std::optional<ShareError> problem_with(const ShareSpec& spec) {
  if (count_ports(spec.ports) > storage::kMostServicePorts) return too_many();
  if (!storage::are_valid_ports(spec.ports)) return overlap();
  if (!is_name_for(spec.name, spec.ports)) return name_too_long();
  if (!is_valid_host(spec.host)) {
    return ShareError{"\"" + printable(spec.host) +
                      "\" is not a host name or address; for example: 25565@127.0.0.1"};
  }
  return std::nullopt;
}

// Takes the options out of `words`.
std::optional<ShareError> take_options(std::vector<std::string_view>& words, Place& place) {
  std::optional<ShareError> problem;
  std::erase_if(words, [&](std::string_view word) {
    if (!word.starts_with("health=")) return false;
    if (!is_share_option(word)) problem = bad_option(word);
    place.health = word == kHealthOff ? storage::ServiceHealth::kOff : storage::ServiceHealth::kTcp;
    return true;
  });
  return problem;
}

std::variant<Place, ShareError> parse_place(std::span<const std::string> typed) {
  Place place;
  std::vector<std::string_view> words(typed.begin(), typed.end());
  if (const auto problem = take_options(words, place)) return *problem;
  for (std::string_view word : words) {
    const bool is_last = word.data() == words.back().data();
    if (const size_t at = word.find('@'); is_last && at != std::string_view::npos) {
      place.host = word.substr(at + 1);
      word = word.substr(0, at);
      if (word.empty()) break;
    }
    const auto range = parse_range(word);
    if (const auto* error = std::get_if<ShareError>(&range)) return *error;
    place.ports.push_back(std::get<PortRange>(range));
    if (count_ports(place.ports) > storage::kMostServicePorts) return too_many();
  }
  return place;
}

}  // namespace

bool is_share_option(std::string_view word) { return word == kHealthTcp || word == kHealthOff; }

ShareResult parse_share(std::string_view name, std::span<const std::string> words,
                        std::string_view host) {
  if (const auto problem = problem_with_name(name)) return ShareError{*problem};
  auto parsed = parse_place(words);
  if (const auto* error = std::get_if<ShareError>(&parsed)) return *error;
  auto& place = std::get<Place>(parsed);
  if (place.ports.empty()) return bad_port("");
  ShareSpec spec;
  spec.name = std::string(name);
  spec.ports = std::move(place.ports);
  const bool has_host = !host.empty();
  if (host.starts_with('@')) host.remove_prefix(1);
  if (place.host || has_host) spec.host = place.host.value_or(std::string(host));
  if (place.health) spec.health = *place.health;
  if (const auto problem = problem_with(spec)) return *problem;
  return spec;
}

ShareResult parse_edit(const ShareSpec& before, std::span<const std::string> words) {
  auto parsed = parse_place(words);
  if (const auto* error = std::get_if<ShareError>(&parsed)) return *error;
  auto& place = std::get<Place>(parsed);
  ShareSpec spec = before;
  if (!place.ports.empty()) spec.ports = std::move(place.ports);
  if (place.host) spec.host = *place.host;
  if (place.health) spec.health = *place.health;
  if (const auto problem = problem_with(spec)) return *problem;
  return spec;
}

ShareResult parse_share_flag(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return ShareError{"\"" + printable(text) +
                      "\" is not NAME=PORT, for example minecraft=25565, web=80@10.0.0.7 or "
                      "valheim=2456-2458/udp"};
  }
  std::string_view rest = text.substr(equals + 1);
  std::vector<std::string> ports;
  for (size_t comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
    ports.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma + 1);
  }
  ports.emplace_back(rest);
  return parse_share(text.substr(0, equals), ports, {});
}

std::string describe(TransportSet transports, uint16_t port) {
  const PortRange range{port, port, transports.tcp, transports.udp};
  return describe({&range, 1});
}

std::string_view to_string(TransportSet transports) {
  if (transports.tcp && transports.udp) return "tcp+udp";
  return transports.tcp ? "tcp" : "udp";
}

std::string describe(std::span<const PortRange> ports) {
  std::string text;
  for (const PortRange& range : ports) {
    if (!text.empty()) text += ", ";
    text += range.tcp && range.udp ? "tcp+udp " : range.tcp ? "tcp " : "udp ";
    text += std::to_string(range.first);
    if (range.last != range.first) text += "-" + std::to_string(range.last);
  }
  return text;
}

std::string_view describe(storage::ServiceHealth health) {
  return health == storage::ServiceHealth::kOff ? ", not checked" : "";
}

std::string words_of(std::span<const storage::PortRange> ports) {
  std::string text;
  for (const PortRange& range : ports) {
    if (!text.empty()) text += ' ';
    text += std::to_string(range.first);
    if (range.last != range.first) text += "-" + std::to_string(range.last);
    if (range.udp) text += range.tcp ? "/both" : "/udp";
  }
  return text;
}

}  // namespace ngcshare
