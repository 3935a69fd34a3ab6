#include "deploy/pages/env_template.h"

#include <algorithm>
#include <array>

#include "bot/flags.h"

namespace ngcshare::pages {
namespace {

constexpr std::string_view kHead =
    "# What the ngcshare service runs with; ngcshare-run(1) tells more. Take away the '#' before\n"
    "# what you want to say, then: systemctl enable --now ngcshare. After a change: systemctl\n"
    "# reload ngcshare; the log tells what waits for a restart. At least a group is needed, by\n"
    "# NGCSHARE_CREATE or NGCSHARE_JOIN. Lists are separated by blanks or commas. Secrets do not\n"
    "# belong here but in files of their own.\n";

// These are for a command line; the folder is the service's.
bool is_left_out(const Flag& flag) {
  constexpr std::array<std::string_view, 5> names = {"help", "json", "data-dir", "check",
                                                     "env-file"};
  return std::find(names.begin(), names.end(), flag.name) != names.end();
}

}  // namespace

std::string env_template() {
  std::string text(kHead);
  for (const Subcommand& subcommand : subcommands()) {
    if (subcommand.name != "run") continue;
    for (const Flag& flag : flags_of(subcommand)) {
      if (is_left_out(flag)) continue;
      text += "\n# " + std::string(flag.help) + (flag.repeatable ? " (a list)" : "") + "\n#" +
              environment_name(flag.name) + "=" +
              (flag.value.empty() ? "1" : std::string(flag.value)) + "\n";
    }
  }
  return text;
}

}  // namespace ngcshare::pages
