// Runs `ngcshare health`: reports the health of the gateway on a data folder to containers and
// scripts.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Prints one line that says why. Returns kExitOk or kExitFailure.
int run_health(const HealthOptions& options);

}  // namespace ngcshare
