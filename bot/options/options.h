// Options of each subcommand, from the command line and the environment. A flag --some-name is also
// read from NGCSHARE_SOME_NAME and from the file of --env-file; the flag wins, then the
// environment.
#pragma once

#include <asio/ip/address.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "bot/base/port_set.h"
#include "bot/http/address.h"
#include "bot/invitation/link.h"
#include "bot/options/flags.h"
#include "bot/options/problems.h"
#include "bot/process/environment.h"
#include "bot/services/share_syntax.h"
#include "bot/services/target_policy.h"
#include "bot/services/wanted_service.h"
#include "bot/tox/boot_nodes.h"
#include "bot/tox/node.h"
#include "protocol/congestion/controller.h"

namespace ngcshare {

// The source of the options, kept for reading them again.
struct OptionSource {
  std::vector<std::string> arguments;
  GivenFlags given;  // from the command line, environment and --env-file
};

struct CommonOptions {
  OptionSource source;
  std::filesystem::path data_dir;
  ToxConfig tox;  // without savedata
  std::vector<BootstrapNode> bootstrap;
  std::string nick;
  std::string log_level = "info";
  bool log_json = false;
  bool json = false;       // on standard output
  std::string passphrase;  // of the profile; a secret. Empty: not encrypted
  bool link = true;        // false: base mode with all peers
  bool new_start = false;  // what the data folder lacks may be made anew
  link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr;
};

// Options of the HTTP server: status page, its JSON and metrics.
struct HttpOptions {
  HttpAddress address;
  // If empty, the tokens are in the data folder and are generated there if missing.
  std::filesystem::path token_file;
  std::filesystem::path owner_token_file;
  bool open_metrics = false;  // without a token
};

struct RunOptions {
  CommonOptions common;
  std::optional<std::string> create;
  bool create_private = false;
  std::vector<Key> join;
  std::string password;  // for --create and --join; a secret
  std::vector<ShareSpec> shares;
  bool health_checks = true;
  TargetPolicy targets;
  std::set<Key> owners;
  bool group_roles = true;                    // false: a group's roles count nowhere
  PortSet admin_ports;                        // those which group admins may share
  bool check = false;                         // only report problems, do not run
  std::vector<std::vector<uint8_t>> invites;  // Tox IDs
  std::optional<HttpOptions> http;
};

struct ConnectOptions {
  CommonOptions common;
  Key chat_id{};
  std::string password;  // a secret
  std::optional<Key> invited_by;
  std::optional<InvitationLink> link;  // in place of the chat id; a secret
  std::vector<WantedService> wanted;
  bool all = false;        // every service that is offered
  bool only_list = false;  // open no port, only list the services
  bool trust = false;      // names belong to the gateways that are named with them from now on
  asio::ip::address bind_address;
  std::optional<std::chrono::seconds> timeout;
};

// `file`: the copy to write.
struct BackupOptions {
  CommonOptions common;
  std::filesystem::path file;
};

// `file`: the backup to restore.
struct RestoreOptions {
  CommonOptions common;
  std::filesystem::path file;
};

// `ngcshare node`: a boot node for others.
struct NodeOptions {
  CommonOptions common;
};

// `ngcshare ctl`: commands for the gateway running on a data folder.
struct CtlOptions {
  std::filesystem::path data_dir;
  bool json = false;
  std::vector<std::string> words;  // empty: read commands from standard input
};

// `ngcshare health`, of the gateway running on a data folder.
struct HealthOptions {
  std::filesystem::path data_dir;
  bool json = false;
  bool ready = false;
};

// `ngcshare status`, of the gateway running on a data folder.
struct StatusOptions {
  std::filesystem::path data_dir;
  bool json = false;
  bool watch = false;  // repeat until interrupted
};

// `ngcshare doctor`: the options that `run` would be started with.
struct DoctorOptions {
  CommonOptions common;
  std::vector<ShareSpec> shares;
  TargetPolicy targets;
  std::chrono::seconds timeout{30};
};

// Text to print instead of running: help or the version.
struct PrintOptions {
  std::string text;
};

using Options = std::variant<RunOptions, ConnectOptions, BackupOptions, RestoreOptions, NodeOptions,
                             CtlOptions, DoctorOptions, HealthOptions, StatusOptions, PrintOptions>;

// Returns the CommonOptions of a subcommand that goes online or works on its folder. REQUIRES: it
// has them.
const CommonOptions& common_of(const Options& options);

// The valid options and the problems of the rest. If there are problems, the options serve only to
// find more of them.
struct ReadOptions {
  Options options;
  Problems problems;
};

// Reads `arguments`, those after the program's name, and the files that flags name.
ReadOptions read_options(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace ngcshare
