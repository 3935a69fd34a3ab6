#include "bot/program/reload.h"

#include <algorithm>
#include <set>
#include <utility>

#include "bot/checks/shares.h"

namespace ngcshare {
namespace {

// Flags that can change while the program runs.
const std::set<std::string>& live_flags(const std::string& subcommand) {
  static const std::set<std::string> everywhere = {"bootstrap", "bootstrap-nodes",
                                                   "no-default-bootstrap", "log-level"};
  static const std::set<std::string> of_run = [] {
    std::set<std::string> flags = everywhere;
    flags.insert(
        {"share", "allow-target", "admin-ports", "owner", "no-group-roles", "no-health-checks"});
    return flags;
  }();
  return subcommand == "run" ? of_run : everywhere;
}

const ShareSpec* find_share(const std::vector<ShareSpec>& shares, const std::string& name) {
  const auto found = std::find_if(shares.begin(), shares.end(),
                                  [&](const ShareSpec& spec) { return spec.name == name; });
  return found == shares.end() ? nullptr : &*found;
}

// Without any --share the stored services stay shared, as at a start.
void add_share_changes(const std::vector<ShareSpec>& before, const std::vector<ShareSpec>& after,
                       std::vector<std::string>& found) {
  if (after.empty()) return;
  for (const ShareSpec& spec : after) {
    const ShareSpec* const known = find_share(before, spec.name);
    if (known == nullptr) {
      found.push_back("+" + spec.name);
    } else if (known->host != spec.host || known->ports != spec.ports ||
               known->health != spec.health) {
      found.push_back("~" + spec.name);
    }
  }
  for (const ShareSpec& spec : before) {
    if (find_share(after, spec.name) == nullptr) found.push_back("-" + spec.name);
  }
}

}  // namespace

Reread read_again(const OptionSource& started, const Environment& environment) {
  ReadOptions read = read_options(started.arguments, environment);
  Reread again{std::move(read.options), {}, std::move(read.problems)};
  if (const auto* run = std::get_if<RunOptions>(&again.options)) {
    check_targets(*run, again.problems);
  }
  const auto& live = live_flags(started.arguments.front());
  if (!again.problems.empty()) return again;
  for (const auto& flag : started.given.difference(common_of(again.options).source.given)) {
    if (!live.contains(flag)) again.waiting.push_back(flag);
  }
  return again;
}

std::vector<std::string> changes(const RunOptions& before, const RunOptions& after) {
  std::vector<std::string> found;
  add_share_changes(before.shares, after.shares, found);
  for (const char* flag :
       {"allow-target", "admin-ports", "owner", "no-group-roles", "no-health-checks"}) {
    const GivenFlags& given = before.common.source.given;
    if (given.all(flag) != after.common.source.given.all(flag)) {
      found.push_back("--" + std::string(flag));
    }
  }
  return found;
}

}  // namespace ngcshare
