// Runs `ngcshare doctor`, which checks everything a gateway needs and gives advice.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Prints the findings. Returns kExitOk, or kExitFailure if one of them is a failure. Changes
// nothing in the data folder and uses a temporary Tox identity.
int run_doctor(const DoctorOptions& options);

}  // namespace ngcshare
