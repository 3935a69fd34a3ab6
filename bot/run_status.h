// ngcshare status: what the gateway that runs on a data folder does, as tables or as JSON, once or
// again and again.
#pragma once

#include "bot/options.h"

namespace ngcshare {

// The exit code. Throws NotRunningError, ControlError.
int run_status(const StatusOptions& options);

}  // namespace ngcshare
