#include "bot/options.h"

#include <algorithm>
#include <cxxopts.hpp>
#include <fstream>
#include <sstream>

#include "bot/flags.h"
#include "bot/hex.h"
#include "bot/numbers.h"

namespace ngcshare {
namespace {

constexpr const char* kGatewayFolder = "ngcshare";

const Subcommand* find_subcommand(const std::string& name) {
  const auto& table = subcommands();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == table.end() ? nullptr : &*found;
}

// A list in the environment is separated by commas or white space.
std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::string item;
  for (const char c : text + " ") {
    if (c != ',' && c != ' ' && c != '\n' && c != '\t') {
      item += c;
    } else if (!item.empty()) {
      items.push_back(std::move(item));
      item.clear();
    }
  }
  return items;
}

bool is_true(const std::string& name, const std::string& value) {
  if (value == "1" || value == "true" || value == "yes" || value == "on") return true;
  if (value.empty() || value == "0" || value == "false" || value == "no" || value == "off") {
    return false;
  }
  throw UsageError(name + " is a switch: 1 or 0, not \"" + value + "\"");
}

// Ports of one service are separated by commas, too: what has no '=' goes on with the one before.
std::vector<std::string> split_shares(const std::string& text) {
  std::vector<std::string> shares;
  for (std::string& item : split_list(text)) {
    const bool goes_on = !shares.empty() && item.find('=') == std::string::npos;
    if (goes_on) {
      shares.back() += "," + item;
    } else {
      shares.push_back(std::move(item));
    }
  }
  return shares;
}

void add_environment(const std::vector<Flag>& flags, const Environment& environment,
                     GivenFlags& given) {
  for (const Flag& flag : flags) {
    const std::string name = environment_name(flag.name);
    const char* const value = environment(name);
    if (value == nullptr || given.has(flag.name) || flag.name == "help") continue;
    if (flag.value.empty()) {
      if (is_true(name, value)) given.add(flag.name, "");
    } else if (flag.repeatable) {
      const auto items = flag.name == "share" ? split_shares(value) : split_list(value);
      for (const auto& item : items) given.add(flag.name, item);
    } else if (*value != '\0') {
      given.add(flag.name, value);
    }
  }
}

bool is_switch(const std::vector<Flag>& flags, const std::string& name) {
  return std::any_of(flags.begin(), flags.end(),
                     [&](const Flag& flag) { return flag.name == name && flag.value.empty(); });
}

// Words behind "--" are no flags, whatever they look like.
GivenFlags parse_flags(const Subcommand& subcommand, const std::vector<std::string>& all) {
  const auto dashes = std::find(all.begin(), all.end(), "--");
  const std::vector<std::string> arguments(all.begin(), dashes);
  cxxopts::Options parser("ngcshare " + std::string(subcommand.name));
  const auto flags = flags_of(subcommand);
  for (const Flag& flag : flags) {
    if (flag.value.empty()) {
      parser.add_options()(std::string(flag.name), "");
    } else {
      parser.add_options()(std::string(flag.name), "", cxxopts::value<std::string>());
    }
  }
  parser.allow_unrecognised_options();
  std::vector<const char*> raw = {"ngcshare"};
  for (const auto& argument : arguments) raw.push_back(argument.c_str());
  GivenFlags given;
  try {
    const auto result = parser.parse(static_cast<int>(raw.size()), raw.data());
    for (const auto& pair : result.arguments()) {
      const bool off = is_switch(flags, pair.key()) && !is_true("--" + pair.key(), pair.value());
      if (!off) given.add(pair.key(), pair.value());
    }
    given.words = result.unmatched();
  } catch (const cxxopts::exceptions::exception& error) {
    throw UsageError(error.what());
  }
  for (const auto& word : given.words) {
    if (word.starts_with("-")) throw UsageError("there is no flag " + word);
  }
  if (dashes != all.end()) given.words.insert(given.words.end(), dashes + 1, all.end());
  if (subcommand.positional.empty() && !given.words.empty()) {
    throw UsageError("\"" + given.words.front() + "\" is one word too many");
  }
  return given;
}

uint16_t port_of(const GivenFlags& given, std::string_view flag) {
  const auto text = given.one(flag);
  if (!text) return 0;
  const auto port = parse_port(*text);
  if (!port) {
    throw UsageError("--" + std::string(flag) + ": \"" + *text +
                     "\" is no port; it is a number from 1 to 65535");
  }
  return *port;
}

ToxConfig::Proxy parse_proxy(const std::string& url) {
  ToxConfig::Proxy proxy;
  std::string_view rest = url;
  proxy.socks5 = rest.starts_with("socks5://");
  if (!proxy.socks5 && !rest.starts_with("http://")) {
    throw UsageError("--proxy is socks5://HOST:PORT or http://HOST:PORT");
  }
  rest.remove_prefix(rest.find("://") + 3);
  const size_t colon = rest.rfind(':');
  const auto port =
      colon == std::string_view::npos ? std::nullopt : parse_port(rest.substr(colon + 1));
  if (!port || colon == 0) throw UsageError("--proxy: \"" + url + "\" has no HOST:PORT");
  std::string_view host = rest.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  proxy.host = std::string(host);
  proxy.port = *port;
  return proxy;
}

std::string read_text_file(const std::string& path, const std::string& what) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageError(what + ": cannot read " + path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// A secret ends before the line's end, which editors add.
std::string read_secret(const std::string& path, const std::string& flag) {
  std::string secret = read_text_file(path, flag);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  return secret;
}

std::string read_passphrase(const GivenFlags& given) {
  const auto path = given.one("passphrase-file");
  if (!path) return "";
  std::string passphrase = read_secret(*path, "--passphrase-file");
  if (passphrase.empty()) throw UsageError("--passphrase-file: the file is empty");
  return passphrase;
}

std::string read_password(const GivenFlags& given) {
  const auto path = given.one("password-file");
  if (!path) return "";
  std::string password = read_secret(*path, "--password-file");
  if (password.empty() || password.size() > 32) {
    throw UsageError("--password-file: a group password has 1 to 32 bytes");
  }
  return password;
}

std::vector<BootstrapNode> read_bootstrap(const GivenFlags& given) {
  std::vector<BootstrapNode> nodes;
  if (const auto path = given.one("bootstrap-nodes")) {
    try {
      nodes = parse_bootstrap_nodes_json(read_text_file(*path, "--bootstrap-nodes"));
    } catch (const UsageError&) {
      throw;
    } catch (const std::runtime_error& error) {
      throw UsageError("--bootstrap-nodes: " + *path + ": " + error.what());
    }
  } else if (!given.has("no-default-bootstrap")) {
    nodes = default_bootstrap_nodes();
  }
  for (const auto& text : given.all("bootstrap")) {
    const auto node = parse_bootstrap_node(text);
    if (!node) {
      throw UsageError("--bootstrap: \"" + text + "\" is not HOST:PORT:KEY with a 64-digit key");
    }
    nodes.push_back(*node);
  }
  return nodes;
}

std::filesystem::path default_data_dir(const std::string& name, const Environment& environment) {
  if (const char* const data = environment("XDG_DATA_HOME"); data != nullptr && *data == '/') {
    return std::filesystem::path(data) / name;
  }
  if (const char* const home = environment("HOME"); home != nullptr && *home != '\0') {
    return std::filesystem::path(home) / ".local/share" / name;
  }
  throw UsageError("there is no HOME; say where to keep data with --data-dir");
}

std::filesystem::path data_dir_of(const GivenFlags& given, const std::string& folder,
                                  const Environment& environment) {
  const auto data_dir = given.one("data-dir");
  return data_dir ? std::filesystem::path(*data_dir) : default_data_dir(folder, environment);
}

CommonOptions common_options(const GivenFlags& given, const std::string& folder,
                             const Environment& environment) {
  CommonOptions common;
  common.data_dir = data_dir_of(given, folder, environment);
  common.passphrase = read_passphrase(given);
  common.nick = given.one("nick").value_or("ngcshare");
  if (common.nick.empty() || common.nick.size() > 128) {
    throw UsageError("--nick has 1 to 128 bytes");
  }
  common.tox.udp = !given.has("no-udp");
  common.tox.local_discovery = !given.has("no-local-discovery");
  common.tox.udp_port = port_of(given, "udp-port");
  common.tox.tcp_relay_port = port_of(given, "tcp-relay-port");
  if (const auto proxy = given.one("proxy")) common.tox.proxy = parse_proxy(*proxy);
  common.bootstrap = read_bootstrap(given);
  common.link = !given.has("no-link");
  const std::string congestion = given.one("congestion").value_or("bbr");
  if (congestion != "bbr" && congestion != "cubic") {
    throw UsageError("--congestion is bbr or cubic");
  }
  if (congestion == "cubic") common.congestion = link::CongestionAlgorithm::kCubic;
  common.json = given.has("json");
  common.log_level = given.one("log-level").value_or("warn");
  const std::set<std::string> levels = {"trace", "debug", "info", "warn", "error", "off"};
  if (!levels.contains(common.log_level)) {
    throw UsageError("--log-level is trace, debug, info, warn, error or off");
  }
  const std::string format = given.one("log-format").value_or("text");
  if (format != "text" && format != "json") throw UsageError("--log-format is text or json");
  common.log_json = format == "json";
  return common;
}

Key parse_chat_id(const std::string& text) {
  const auto key = parse_key(text);
  if (!key) {
    throw UsageError("\"" + text.substr(0, 80) +
                     "\" is no chat id: it has 64 hexadecimal digits, as the gateway prints it");
  }
  return *key;
}

// A Tox ID ends with the exclusive or of the pairs of bytes before it.
bool has_right_checksum(const std::vector<uint8_t>& tox_id) {
  uint8_t even = 0;
  uint8_t odd = 0;
  for (size_t i = 0; i + 1 < tox_id.size(); i += 2) {
    even ^= tox_id[i];
    odd ^= tox_id[i + 1];
  }
  return even == 0 && odd == 0;
}

std::vector<uint8_t> parse_tox_id(const std::string& text, const std::string& flag) {
  constexpr size_t kToxIdBytes = 38;
  const auto bytes = parse_hex(text);
  if (!bytes || bytes->size() != kToxIdBytes) {
    throw UsageError(flag + ": a Tox ID has 76 hexadecimal digits");
  }
  if (!has_right_checksum(*bytes)) {
    throw UsageError(flag + ": the Tox ID has a mistake in it: its checksum is wrong");
  }
  return *bytes;
}

std::vector<ShareSpec> parse_shares(const std::vector<std::string>& texts) {
  std::vector<ShareSpec> shares;
  for (const auto& text : texts) {
    const auto parsed = parse_share_flag(text);
    if (const auto* error = std::get_if<ShareError>(&parsed)) {
      throw UsageError("--share: " + error->text);
    }
    const auto& spec = std::get<ShareSpec>(parsed);
    const bool twice = std::any_of(shares.begin(), shares.end(), [&](const ShareSpec& earlier) {
      return earlier.name == spec.name;
    });
    if (twice) throw UsageError("--share: the name " + spec.name + " is given twice");
    shares.push_back(spec);
  }
  return shares;
}

HttpOptions http_options(const std::string& text, const GivenFlags& given) {
  const auto address = parse_http_address(text);
  if (!address) {
    throw UsageError("--http: \"" + text +
                     "\" is not [ADDRESS:]PORT, for example 9464 or 0.0.0.0:9464 or [::]:9464");
  }
  return {*address, given.one("http-token-file").value_or(""),
          given.one("http-owner-token-file").value_or("")};
}

RunOptions run_options(const GivenFlags& given, const Environment& environment) {
  RunOptions options;
  options.common = common_options(given, kGatewayFolder, environment);
  if (!given.has("log-level")) options.common.log_level = "info";
  options.create = given.one("create");
  if (options.create && (options.create->empty() || options.create->size() > 48)) {
    throw UsageError("--create: a group's name has 1 to 48 bytes");
  }
  options.create_private = given.has("private");
  if (options.create_private && !options.create) throw UsageError("--private goes with --create");
  for (const auto& text : given.all("join")) options.join.push_back(parse_chat_id(text));
  options.password = read_password(given);
  options.shares = parse_shares(given.all("share"));
  options.group_roles = !given.has("no-group-roles");
  options.health_checks = !given.has("no-health-checks");
  for (const auto& text : given.all("allow-target")) {
    if (!options.targets.allow(text)) {
      throw UsageError("--allow-target: \"" + text + "\" is neither a network nor a host");
    }
  }
  for (const auto& text : given.all("owner")) {
    const auto key = parse_key(text);
    if (!key) throw UsageError("--owner: a group key has 64 hexadecimal digits");
    options.owners.insert(*key);
  }
  for (const auto& text : given.all("invite")) {
    options.invites.push_back(parse_tox_id(text, "--invite"));
  }
  if (const auto text = given.one("http")) options.http = http_options(*text, given);
  return options;
}

ConnectOptions connect_options(const GivenFlags& given, const Environment& environment) {
  ConnectOptions options;
  options.common = common_options(given, "ngcshare-member", environment);
  if (given.words.empty()) throw UsageError("connect needs a CHAT_ID, as the gateway prints it");
  options.chat_id = parse_chat_id(given.words.front());
  options.password = read_password(given);
  for (size_t i = 1; i < given.words.size(); ++i) {
    const auto wanted = parse_wanted(given.words[i]);
    if (!wanted) {
      throw UsageError("\"" + given.words[i] +
                       "\" is not SERVICE[@GATEWAY][=LOCALPORT] with a port from 1 to 65535");
    }
    options.connector.wanted.push_back(*wanted);
  }
  if (const auto text = given.one("invited-by")) {
    Key key{};
    const auto tox_id = parse_tox_id(*text, "--invited-by");
    std::copy_n(tox_id.begin(), key.size(), key.begin());
    options.invited_by = key;
  }
  options.connector.all = given.has("all");
  options.connector.only_list = given.has("list");
  asio::error_code error;
  const std::string address = given.one("bind").value_or("127.0.0.1");
  options.connector.bind_address = asio::ip::make_address(address, error);
  if (error) throw UsageError("--bind: \"" + address + "\" is no numeric address");
  if (const auto text = given.one("timeout")) {
    const auto seconds = parse_number<uint32_t>(*text);
    if (!seconds || *seconds == 0) throw UsageError("--timeout is a number of seconds");
    options.timeout = std::chrono::seconds(*seconds);
  }
  return options;
}

std::filesystem::path only_word(const GivenFlags& given, const std::string& subcommand) {
  if (given.words.size() == 1 && !given.words[0].empty()) return given.words[0];
  throw UsageError(subcommand + " needs the name of one file");
}

// Subcommands that say one command to the gateway.
std::vector<std::string> words_of(const std::string& name, const GivenFlags& given) {
  std::vector<std::string> words{name};
  if (given.has("owner")) words.push_back("owner");
  return words;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments, const Environment& environment) {
  if (arguments.empty() || arguments[0] == "help" || arguments[0] == "--help") {
    return PrintOptions{program_help()};
  }
  const std::string name = arguments[0] == "--version" ? "version" : arguments[0];
  const Subcommand* const subcommand = find_subcommand(name);
  if (subcommand == nullptr) {
    throw UsageError("there is no command \"" + name + "\"; see ngcshare --help");
  }
  GivenFlags given = parse_flags(*subcommand, {arguments.begin() + 1, arguments.end()});
  if (given.has("help")) return PrintOptions{subcommand_help(*subcommand)};
  if (name == "version") {
    return PrintOptions{"ngcshare " NGCSHARE_VERSION " with toxcore " + ToxNode::version() + "\n"};
  }
  add_environment(flags_of(*subcommand), environment, given);
  if (name == "run") return run_options(given, environment);
  if (name == "connect") return connect_options(given, environment);
  if (name == "backup") {
    return BackupOptions{common_options(given, "ngcshare", environment), only_word(given, name)};
  }
  if (name == "restore") {
    return RestoreOptions{common_options(given, "ngcshare", environment), only_word(given, name)};
  }
  if (name == "ctl" || name == "claim-token" || name == "page") {
    return CtlOptions{data_dir_of(given, kGatewayFolder, environment), given.has("json"),
                      name == "ctl" ? given.words : words_of(name, given)};
  }
  if (name == "health") {
    return HealthOptions{data_dir_of(given, kGatewayFolder, environment), given.has("json"),
                         given.has("ready")};
  }
  if (name == "status") {
    return StatusOptions{data_dir_of(given, kGatewayFolder, environment), given.has("json"),
                         given.has("watch")};
  }
  return NodeOptions{common_options(given, "ngcshare-node", environment)};
}

}  // namespace ngcshare
