// Reads the configuration of a running program again at SIGHUP: --env-file, --bootstrap-nodes and
// the files that they name. Command line and environment are those of the start.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/options/options.h"

namespace ngcshare {

struct Reread {
  Options options;
  // Names of flags that have changed and take effect at the next start.
  std::vector<std::string> waiting;
  Problems problems;  // if not empty, change nothing
};

// Reads the configuration again. Also reports targets that are not allowed, because no start of the
// gateway follows that would refuse them.
Reread read_again(const OptionSource& started, const Environment& environment);

// Returns the changed flags that take effect at once, with their dashes; services of --share one by
// one: "+web" is new, "-game" is gone, "~wiki" has other ports or another host.
std::vector<std::string> changes(const RunOptions& before, const RunOptions& after);

}  // namespace ngcshare
