// ngcshare health: whether the gateway on a data folder is well, for containers and scripts.
#pragma once

#include "bot/options.h"

namespace ngcshare {

// kExitOk or kExitFailure, with one line that says why.
int run_health(const HealthOptions& options);

}  // namespace ngcshare
