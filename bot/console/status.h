// Runs `ngcshare status`: shows the state of the gateway running on a data folder, as tables or
// JSON, once or repeatedly.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Returns the exit code. Throws NotRunningError, ControlError.
int run_status(const StatusOptions& options);

}  // namespace ngcshare
