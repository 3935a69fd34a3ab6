// Hostile text for all parsers of typed text: commands, flags and lists. Input: one
// byte that chooses the reader (and of which the rest is a parameter), then the text.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bot/base/host_name.h"
#include "bot/base/key.h"
#include "bot/base/lookalike.h"
#include "bot/base/printable.h"
#include "bot/base/words.h"
#include "bot/groups/chat_door.h"
#include "bot/groups/message_pieces.h"
#include "bot/services/ports.h"
#include "bot/services/share_syntax.h"
#include "bot/services/target_policy.h"
#include "bot/services/wanted_service.h"
#include "bot/tox/boot_nodes.h"
#include "protocol/base/text.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {
namespace {

void check_share(std::string_view text) {
  const auto result = parse_share_flag(text);
  const auto* spec = std::get_if<ShareSpec>(&result);
  if (spec == nullptr) {
    require(!std::get<ShareError>(result).text.empty());
    return;
  }
  require(is_visible_utf8(spec->name) && is_name_for(spec->name, spec->ports));
  require(is_valid_host(spec->host) && storage::are_valid_ports(spec->ports));
  std::string ports;
  for (const storage::PortRange& range : spec->ports) {
    const char* const transports = range.tcp && range.udp ? "both" : range.tcp ? "tcp" : "udp";
    ports += (ports.empty() ? "" : ",") + std::to_string(range.first) + "-" +
             std::to_string(range.last) + "/" + transports;
  }
  const auto again = parse_share_flag(spec->name + "=" + ports + "@" + spec->host);
  const auto* same = std::get_if<ShareSpec>(&again);
  require(same != nullptr && same->name == spec->name && same->ports == spec->ports &&
          same->host == spec->host);
}

// Words that are quoted again split into the same words, on a phone as well.
void check_words(std::string_view text, size_t as_typed) {
  const auto words = split_words(text);
  require(split_phone_words(text, 0) == words);
  split_phone_words(text, as_typed);
  if (!words) return;
  std::string quoted;
  for (const std::string& word : *words) {
    quoted += " \"";
    for (const char c : word) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    quoted += '"';
  }
  require(split_words(quoted) == words && split_phone_words(quoted, as_typed) == words);
}

std::string without_newlines(std::string text) {
  std::erase(text, '\n');
  return text;
}

bool is_text(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return is_printable_utf8(text);
}

void check_message(std::string_view text, size_t limit) {
  const bool whole = is_text(std::string(text));
  std::string joined;
  for (const std::string& piece : split_message(text, limit)) {
    require(!piece.empty() && piece.size() <= limit);
    require(!whole || is_text(piece));
    joined += piece;
  }
  require(without_newlines(joined) == without_newlines(std::string(text)));
}

void check_node(std::string_view text) {
  const auto node = parse_bootstrap_node(text);
  if (!node) return;
  require(!node->host.empty() && node->port != 0);
  const auto again = parse_bootstrap_node("[" + node->host + "]:" + std::to_string(node->port) +
                                          ":" + to_hex(node->key));
  require(again && again->host == node->host && again->key == node->key);
}

void check_node_list(std::string_view text) {
  try {
    for (const BootstrapNode& node : parse_bootstrap_nodes_json(text)) {
      require(!node.host.empty());
    }
  } catch (const std::runtime_error& error) {
    require(std::string_view(error.what()).find('\n') == std::string_view::npos);
  }
}

void check_wanted(std::string_view text) {
  const auto parsed = parse_wanted(std::string(text));
  const auto* const wanted = std::get_if<WantedService>(&parsed);
  if (wanted == nullptr) return require(is_visible_utf8(std::get<WantedError>(parsed).text));
  require(is_valid_service_name(wanted->name) && is_visible_utf8(wanted->name));
  require(wanted->local_port != 0);
  require(wanted->gateway_prefix.empty() || wanted->gateway_prefix.size() >= kTrustedDigits);
  require(wanted->gateway_prefix.find_first_not_of("0123456789ABCDEF") == std::string::npos);
}

// Requires that a policy always allows loopback by its address, nothing else without a valid entry,
// and special addresses by no name.
void check_policy(std::string_view text) {
  TargetPolicy policy;
  const bool listed = policy.allow(text);
  const auto loopback = asio::ip::make_address("127.0.0.1");
  const auto metadata = asio::ip::make_address("169.254.169.254");
  require(policy.allows_address("127.0.0.1", loopback));
  require(listed || !policy.allows_address("some.name", loopback));
  require(listed || !policy.allows_address("some.name", metadata));
  const bool is_name = listed && is_valid_host(text) && text.find_first_of(":./=") == text.npos;
  if (is_name) require(!policy.allows_address(std::string(text), metadata));
}

// Requires that what is shown can be seen and differs only from what cannot, and that a character
// that cannot be seen does not change the appearance.
void check_shown(std::string_view text) {
  const std::string shown = printable(text);
  require(is_visible_utf8(shown));
  require((shown == text) == is_visible_utf8(text));
  require(appearance(text).size() <= text.size());
  require(look_alike(text, std::string(text) + "\xE2\x80\x8B"));
}

void check_prefix(std::string_view text) {
  const auto line = strip_prefix(text);
  if (!line) return;
  require(!line->empty() && line->size() < text.size() && text.ends_with(*line));
  require(line->front() != ' ' && line->front() != '\t');
}

void check(uint8_t choice, std::string_view text) {
  check_shown(text);
  switch (choice & 7) {
    case 0:
      return check_share(text);
    case 1:
      return check_words(text, choice >> 3);
    case 2:
      return check_message(text, 4U + (choice >> 3));
    case 3:
      return check_node(text);
    case 4:
      return check_node_list(text);
    case 5:
      return check_wanted(text);
    case 6:
      return check_policy(text);
    default:
      return check_prefix(text);
  }
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ngcshare::fuzz::check(data[0], {reinterpret_cast<const char*>(data + 1), size - 1});
  return 0;
}
