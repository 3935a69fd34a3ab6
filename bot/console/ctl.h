// Runs `ngcshare ctl`: sends commands to the gateway running on a data folder. Takes one command in
// words, or one per line from standard input or from a prompt.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Returns the exit code. Throws NotRunningError, ControlError.
int run_ctl(const CtlOptions& options);

}  // namespace ngcshare
