#include "bot/base/printable.h"
#include "bot/options/files.h"
#include "bot/options/subcommand_options.h"
#include "bot/options/values.h"

namespace ngcshare {
namespace {

constexpr size_t kMostNickBytes = 128;

// Returns the name of the user who has started the program, if it can be a nickname. A person is
// found by it, where everybody would have the same name otherwise.
std::optional<std::string> user_name(const Environment& environment) {
  for (const char* const where : {"USER", "LOGNAME", "USERNAME"}) {
    const std::string name = variable(environment, where);
    const bool is_nick = !name.empty() && name.size() <= kMostNickBytes && name != "root";
    if (is_nick && printable(name) == name) return name;
  }
  return std::nullopt;
}

std::filesystem::path default_data_dir(const std::string& name, const Environment& environment) {
  const std::string data = variable(environment, "XDG_DATA_HOME");
  if (data.starts_with('/')) return std::filesystem::path(data) / name;
  const std::string home = variable(environment, "HOME");
  if (!home.empty()) return std::filesystem::path(home) / ".local/share" / name;
  throw UsageError("HOME is not set; say where to keep data with --data-dir");
}

void read_network(const GivenFlags& given, CommonOptions& common, Problems& problems) {
  common.tox.udp = !given.has("no-udp");
  common.tox.insecure_toxcore = given.has("insecure-toxcore");
  common.tox.local_discovery = !given.has("no-local-discovery");
  problems.collect([&] { common.tox.udp_port = port_of(given, "udp-port"); });
  problems.collect([&] { common.tox.tcp_relay_port = port_of(given, "tcp-relay-port"); });
  problems.collect([&] {
    if (const auto proxy = given.one("proxy")) common.tox.proxy = parse_proxy(*proxy);
  });
  common.bootstrap = read_bootstrap(given, problems);
  common.link = !given.has("no-link");
  problems.collect([&] {
    const std::string name = choice_of(given, "congestion", {"bbr", "cubic"}, "bbr");
    if (name == "cubic") common.congestion = link::CongestionAlgorithm::kCubic;
  });
}

void read_output(const GivenFlags& given, CommonOptions& common, Problems& problems) {
  common.json = given.has("json");
  problems.collect([&] {
    common.log_level =
        choice_of(given, "log-level", {"trace", "debug", "info", "warn", "error", "off"}, "warn");
  });
  problems.collect([&] {
    common.log_json = choice_of(given, "log-format", {"text", "json"}, "text") == "json";
  });
}

}  // namespace

std::filesystem::path data_dir_of(const GivenFlags& given, const std::string& folder,
                                  const Environment& environment, Problems& problems) {
  if (const auto data_dir = given.one("data-dir")) return *data_dir;
  std::filesystem::path path;
  problems.collect([&] { path = default_data_dir(folder, environment); });
  return path;
}

CommonOptions common_options(const GivenFlags& given, const std::string& folder,
                             const Environment& environment, Problems& problems) {
  CommonOptions common;
  common.data_dir = data_dir_of(given, folder, environment, problems);
  problems.collect([&] { common.passphrase = read_passphrase(given, problems); });
  common.new_start = given.has(kNewStartFlag);
  common.nick = given.one("nick").value_or(
      folder == kGatewayFolder ? "ngcshare" : user_name(environment).value_or("ngcshare-member"));
  if (common.nick.empty() || common.nick.size() > kMostNickBytes)
    problems.add("--nick must have 1 to 128 bytes");
  read_network(given, common, problems);
  read_output(given, common, problems);
  return common;
}

}  // namespace ngcshare
