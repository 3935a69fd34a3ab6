#include "bot/options/files.h"
#include "bot/options/subcommand_options.h"
#include "bot/options/values.h"

namespace ngcshare {
namespace {

void read_groups(const GivenFlags& given, RunOptions& options, Problems& problems) {
  options.create = given.one("create");
  if (options.create && (options.create->empty() || options.create->size() > 48)) {
    problems.add("--create: a group's name must have 1 to 48 bytes");
  }
  options.create_private = given.has("private");
  if (options.create_private && !options.create)
    problems.add("--private needs --create: it founds the private group");
  for (const auto& text : given.all("join")) {
    problems.collect([&] { options.join.push_back(parse_chat_id(text)); });
  }
  problems.collect([&] { options.password = read_password(given, problems); });
  for (const auto& text : given.all("invite")) {
    problems.collect([&] { options.invites.push_back(parse_tox_id(text, "--invite")); });
  }
}

void read_rights(const GivenFlags& given, RunOptions& options, Problems& problems) {
  options.group_roles = !given.has("no-group-roles");
  options.targets = parse_targets(given.all("allow-target"), problems);
  for (const auto& text : given.all("admin-ports")) {
    if (options.admin_ports.add(text)) continue;
    problems.add("--admin-ports: \"" + text +
                 "\" is not a list of ports, for example 25565,30000-30100");
  }
  for (const auto& text : given.all("owner")) {
    if (const auto key = parse_key(text)) {
      options.owners.insert(*key);
    } else {
      problems.add("--owner: \"" + text + "\" is not a group key, which has 64 hexadecimal digits");
    }
  }
}

void read_http(const GivenFlags& given, RunOptions& options, Problems& problems) {
  const std::string token_file = given.one("http-token-file").value_or("");
  const std::string owner_token_file = given.one("http-owner-token-file").value_or("");
  const auto text = given.one("http");
  if (!text) {
    if (!token_file.empty() || !owner_token_file.empty() || given.has("http-open-metrics")) {
      problems.add(
          "--http-token-file, --http-owner-token-file and --http-open-metrics need --http");
    }
    return;
  }
  if (const auto address = parse_http_address(*text)) {
    options.http =
        HttpOptions{*address, token_file, owner_token_file, given.has("http-open-metrics")};
  } else {
    problems.add("--http: \"" + *text +
                 "\" is not [ADDRESS:]PORT, for example 9464 or 0.0.0.0:9464 or [::]:9464");
  }
}

}  // namespace

RunOptions run_options(const GivenFlags& given, const Environment& environment,
                       Problems& problems) {
  RunOptions options;
  options.common = common_options(given, kGatewayFolder, environment, problems);
  if (!given.has("log-level")) options.common.log_level = "info";
  options.check = given.has("check");
  read_groups(given, options, problems);
  read_rights(given, options, problems);
  options.shares = parse_shares(given.all("share"), problems);
  options.health_checks = !given.has("no-health-checks");
  read_http(given, options, problems);
  return options;
}

}  // namespace ngcshare
