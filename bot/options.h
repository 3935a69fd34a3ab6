// The command line and its environment twins, as values. A flag --some-name is also read from
// NGCSHARE_SOME_NAME and from the file of --env-file; the flag wins, then the environment.
#pragma once

#include <asio/ip/address.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "bot/bootstrap_nodes.h"
#include "bot/environment.h"
#include "bot/flags.h"
#include "bot/http_address.h"
#include "bot/problems.h"
#include "bot/share_spec.h"
#include "bot/target_policy.h"
#include "bot/tox_node.h"
#include "bot/wanted_service.h"
#include "protocol/link/congestion.h"

namespace ngcshare {

// What options were read from, to read them again.
struct OptionSource {
  std::vector<std::string> arguments;
  GivenFlags given;  // all that was given, in whichever way
};

struct CommonOptions {
  OptionSource source;
  std::filesystem::path data_dir;
  ToxConfig tox;  // without savedata
  std::vector<BootstrapNode> bootstrap;
  std::string nick;
  std::string log_level = "info";
  bool log_json = false;
  bool json = false;       // standard output
  std::string passphrase;  // of the profile; a secret. Empty: it is not encrypted
  bool link = true;        // false: base mode with everybody
  link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr;
};

// The status page, its JSON and the metrics.
struct HttpOptions {
  HttpAddress address;
  // Where the tokens are; empty: in the data folder, where they are drawn when there are none.
  std::filesystem::path token_file;
  std::filesystem::path owner_token_file;
  bool open_metrics = false;  // to everybody who reaches the port
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
  bool group_roles = true;                    // founder and moderators are admins
  bool check = false;                         // only say what is wrong
  std::vector<std::vector<uint8_t>> invites;  // Tox IDs
  std::optional<HttpOptions> http;
};

struct ConnectOptions {
  CommonOptions common;
  Key chat_id{};
  std::string password;  // a secret
  std::optional<Key> invited_by;
  std::vector<WantedService> wanted;
  bool all = false;        // every service that is offered
  bool only_list = false;  // open no port, only list the services
  asio::ip::address bind_address;
  std::optional<std::chrono::seconds> timeout;
};

// `ngcshare backup`: where to.
struct BackupOptions {
  CommonOptions common;
  std::filesystem::path file;
};

// `ngcshare restore`: from where.
struct RestoreOptions {
  CommonOptions common;
  std::filesystem::path file;
};

// A boot node for others.
struct NodeOptions {
  CommonOptions common;
};

// Commands for the gateway that runs on a data folder.
struct CtlOptions {
  std::filesystem::path data_dir;
  bool json = false;
  std::vector<std::string> words;  // none: read them
};

// Whether the gateway that runs on a data folder is well.
struct HealthOptions {
  std::filesystem::path data_dir;
  bool json = false;
  bool ready = false;
};

// What is seen of the gateway that runs on a data folder.
struct StatusOptions {
  std::filesystem::path data_dir;
  bool json = false;
  bool watch = false;  // again and again
};

// `ngcshare doctor`: what `run` would be started with.
struct DoctorOptions {
  CommonOptions common;
  std::vector<ShareSpec> shares;
  TargetPolicy targets;
  std::chrono::seconds timeout{30};
};

// Something to print instead of running: help or the version.
struct PrintOptions {
  std::string text;
};

using Options = std::variant<RunOptions, ConnectOptions, BackupOptions, RestoreOptions, NodeOptions,
                             CtlOptions, DoctorOptions, HealthOptions, StatusOptions, PrintOptions>;

// Those of a subcommand that goes online or works on its folder. REQUIRES: it has them.
const CommonOptions& common_of(const Options& options);

// What could be read, and what is wrong with the rest. When there are problems, the options serve
// to find more of them and for nothing else.
struct ReadOptions {
  Options options;
  Problems problems;
};

// `arguments` are those after the program's name. Reads the files that flags name.
ReadOptions read_options(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace ngcshare
