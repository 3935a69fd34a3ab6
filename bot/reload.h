// Reading the configuration of a running program again, at SIGHUP: --env-file, --bootstrap-nodes
// and what they name. The command line and the environment proper are those of the start.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/options.h"

namespace ngcshare {

struct Reread {
  Options options;
  // Flags that say something else than at the start and count only at the next one, by name.
  std::vector<std::string> waiting;
  Problems problems;  // when there are any, nothing is to be changed
};

// Also looks at what only a running gateway's start would refuse: targets that are not allowed.
Reread read_again(const OptionSource& started, const Environment& environment);

// The flags whose values differ and that count at once, with their dashes; the services of --share
// one by one: "+web" is new, "-game" has gone, "~wiki" stands elsewhere now.
std::vector<std::string> changes(const RunOptions& before, const RunOptions& after);

}  // namespace ngcshare
