// Runs `ngcshare health`: tells containers and scripts whether the gateway on a data folder is
// well.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Prints one line that says why. Returns kExitOk or kExitFailure.
int run_health(const HealthOptions& options);

}  // namespace ngcshare
