#include "bot/checks/preflight.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "bot/base/output.h"
#include "bot/checks/clock.h"
#include "bot/checks/folder.h"
#include "bot/checks/ports.h"
#include "bot/checks/shares.h"
#include "bot/http/bearer_token.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

std::vector<WantedPort> ports_to_bind(const RunOptions& options) {
  const ToxConfig& tox = options.common.tox;
  const asio::ip::address all = asio::ip::address_v6::any();
  std::vector<WantedPort> ports;
  if (tox.udp && !tox.proxy && tox.udp_port != 0) {
    ports.push_back({"--udp-port", all, tox.udp_port, false});
  }
  if (tox.tcp_relay_port != 0) {
    ports.push_back({"--tcp-relay-port", all, tox.tcp_relay_port, true});
  }
  if (options.http) {
    ports.push_back(
        {"--http", asio::ip::make_address(options.http->address.ip), options.http->address.port});
  }
  return ports;
}

void check_tokens(const RunOptions& options, Problems& problems) {
  if (!options.http) return;
  std::string other;
  for (const auto& path : {options.http->token_file, options.http->owner_token_file}) {
    if (path.empty()) continue;
    try {
      const std::string text = BearerToken::read_text(path);
      if (text == other) {
        problems.add("--http-owner-token-file: the token must differ from the viewers' token");
      }
      other = text;
    } catch (const storage::StorageError& error) {
      problems.add(error.what());
    }
  }
}

// A group known only to the profile is found when that is loaded. An error above may concern the
// very flag that names a group.
void check_groups(const RunOptions& options, const FolderState& folder, Problems& problems) {
  const auto& database = folder.database;
  const bool known = database && (database->groups != 0 || !database->log_was_read);
  if (known || folder.has_profile || folder.database_failed || !problems.empty()) return;
  if (options.create || !options.join.empty()) return;
  problems.add(kNoGroup);
}

}  // namespace

void check_before_start(const RunOptions& options, int64_t now, Problems& problems) {
  const std::filesystem::path& path = options.common.data_dir;
  FolderState folder;
  if (!path.empty()) folder = check_folder(path, options.common.new_start, problems);
  check_targets(options, problems);
  check_tokens(options, problems);
  if (folder.database) check_against_stored(options, folder.database->services, problems);
  // A gateway running on this folder holds its ports rightly.
  if (!folder.held) check_ports(ports_to_bind(options), problems);
  check_clock(now, build_time(), path,
              folder.database ? folder.database->newest_audit : std::nullopt, problems);
  check_groups(options, folder, problems);
  if (options.check) check_target_names(options, problems);
  if (folder.usable) {
    const bool thorough = options.check || !problems.empty();
    check_profile(path, options.common.passphrase, thorough, problems);
  }
}

int report_check(const Problems& problems, bool as_json) {
  for (const auto& warning : problems.warnings()) {
    std::fprintf(stderr, "ngcshare: warning: %s\n", warning.c_str());
  }
  for (const auto& error : problems.errors()) {
    std::fprintf(stderr, "ngcshare: %s\n", error.c_str());
  }
  Output(as_json).say({{"event", "check"},
                       {"good", problems.empty()},
                       {"errors", problems.errors()},
                       {"warnings", problems.warnings()}},
                      problems.empty() ? "the configuration is good" : "");
  return problems.exit_code();
}

}  // namespace ngcshare
