// `ngcshare doctor`: one look at everything a gateway needs, with advice.
#pragma once

#include "bot/options.h"

namespace ngcshare {

// Changes nothing in the data folder and uses an identity of its own that is forgotten. Prints what
// it finds; the exit code: kExitOk, or kExitFailure when something is wrong.
int run_doctor(const DoctorOptions& options);

}  // namespace ngcshare
