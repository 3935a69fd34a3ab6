#include "bot/options/values.h"

#include <algorithm>

#include "bot/base/host_name.h"
#include "bot/base/numbers.h"

namespace ngcshare {
namespace {

constexpr size_t kToxIdBytes = 38;

// A Tox ID ends with a checksum: the exclusive or of the byte pairs before it.
bool has_right_checksum(const std::vector<uint8_t>& tox_id) {
  uint8_t even = 0;
  uint8_t odd = 0;
  for (size_t i = 0; i + 1 < tox_id.size(); i += 2) {
    even ^= tox_id[i];
    odd ^= tox_id[i + 1];
  }
  return even == 0 && odd == 0;
}

std::string listed(const std::vector<std::string>& choices) {
  std::string text = choices.front();
  for (size_t i = 1; i < choices.size(); ++i) {
    text += (i + 1 == choices.size() ? " or " : ", ") + choices[i];
  }
  return text;
}

ShareSpec parse_one_share(const std::string& text, const std::vector<ShareSpec>& earlier) {
  const auto parsed = parse_share_flag(text);
  if (const auto* error = std::get_if<ShareError>(&parsed)) {
    throw UsageError("--share: " + error->text);
  }
  const auto& spec = std::get<ShareSpec>(parsed);
  const bool twice = std::any_of(earlier.begin(), earlier.end(),
                                 [&](const ShareSpec& other) { return other.name == spec.name; });
  if (twice) throw UsageError("--share: the name " + spec.name + " is used twice");
  return spec;
}

}  // namespace

uint16_t port_of(const GivenFlags& given, std::string_view flag) {
  const auto text = given.one(flag);
  if (!text) return 0;
  const auto port = parse_port(*text);
  if (!port) {
    throw UsageError("--" + std::string(flag) + ": \"" + *text +
                     "\" is not a port, a number from 1 to 65535");
  }
  return *port;
}

ToxConfig::Proxy parse_proxy(const std::string& url) {
  ToxConfig::Proxy proxy;
  std::string_view rest = url;
  proxy.socks5 = rest.starts_with("socks5://");
  if (!proxy.socks5 && !rest.starts_with("http://")) {
    throw UsageError("--proxy must be socks5://HOST:PORT or http://HOST:PORT");
  }
  rest.remove_prefix(rest.find("://") + 3);
  const auto address = split_host_port(rest);
  if (!address || address->host.empty()) {
    throw UsageError("--proxy: \"" + url + "\" has no HOST:PORT");
  }
  proxy.host = std::string(address->host);
  proxy.port = address->port;
  return proxy;
}

Key parse_chat_id(const std::string& text) {
  const auto key = parse_key(text);
  if (!key) {
    const bool is_tox_id = text.size() == 2 * kToxIdBytes && parse_hex(text);
    throw UsageError(
        "\"" + text.substr(0, 80) + "\" is " + (is_tox_id ? "a Tox ID, " : "") +
        "not a chat id, which has 64 hexadecimal digits and is printed by the gateway");
  }
  return *key;
}

std::vector<uint8_t> parse_tox_id(const std::string& text, const std::string& flag) {
  const auto bytes = parse_hex(text);
  if (!bytes || bytes->size() != kToxIdBytes) {
    throw UsageError(flag + ": a Tox ID has 76 hexadecimal digits");
  }
  if (!has_right_checksum(*bytes)) {
    throw UsageError(flag + ": the Tox ID has a typing error: its checksum is wrong");
  }
  return *bytes;
}

std::string choice_of(const GivenFlags& given, const std::string& flag,
                      const std::vector<std::string>& choices, const std::string& otherwise) {
  const std::string text = given.one(flag).value_or(otherwise);
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
  throw UsageError("--" + flag + " must be " + listed(choices) + ", not \"" + text + "\"");
}

std::optional<std::chrono::seconds> timeout_of(const GivenFlags& given) {
  const auto text = given.one("timeout");
  if (!text) return std::nullopt;
  const auto seconds = parse_number<uint32_t>(*text);
  if (!seconds || *seconds == 0) throw UsageError("--timeout must be a number of seconds");
  return std::chrono::seconds(*seconds);
}

TargetPolicy parse_targets(const std::vector<std::string>& texts, Problems& problems) {
  TargetPolicy targets;
  for (const auto& text : texts) {
    if (targets.allow(text)) continue;
    problems.add("--allow-target: \"" + text +
                 "\" is not a host, nor a network such as 10.0.0.0/8, nor a host with the network "
                 "to which it may resolve, such as nas.example.com=192.168.1.0/24");
  }
  return targets;
}

std::vector<ShareSpec> parse_shares(const std::vector<std::string>& texts, Problems& problems) {
  std::vector<ShareSpec> shares;
  for (const auto& text : texts) {
    problems.collect([&] { shares.push_back(parse_one_share(text, shares)); });
  }
  return shares;
}

}  // namespace ngcshare
