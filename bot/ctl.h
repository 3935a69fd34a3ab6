// ngcshare ctl: says commands to the gateway that runs on a data folder. One that is given in
// words, those of standard input line by line, or what is typed at a prompt.
#pragma once

#include "bot/options.h"

namespace ngcshare {

// The exit code. Throws NotRunningError, ControlError.
int run_ctl(const CtlOptions& options);

}  // namespace ngcshare
