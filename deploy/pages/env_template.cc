#include "deploy/pages/env_template.h"

#include <algorithm>
#include <array>

#include "bot/options/flags.h"

namespace ngcshare::pages {
namespace {

constexpr std::string_view kHead =
    "# Settings of the ngcshare service; see ngcshare-run(1). Remove the '#' before the settings\n"
    "# you want, then: systemctl enable --now ngcshare. After a change: systemctl reload "
    "ngcshare;\n"
    "# the log names the settings that need a restart. Required is a group, by NGCSHARE_CREATE or\n"
    "# NGCSHARE_JOIN. Lists are separated by blanks or commas. Secrets do not belong here but in\n"
    "# files of their own.\n";

// These are for the command line; the service sets its data folder itself.
bool is_left_out(const Flag& flag) {
  constexpr std::array<std::string_view, 6> names = {"help",  "json",     "data-dir",
                                                     "check", "env-file", kNewStartFlag};
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
