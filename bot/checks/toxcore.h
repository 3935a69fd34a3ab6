// Checks that the linked toxcore is safe, before a subcommand that goes online starts or creates
// anything. ToxNode refuses an unsafe one too.
#pragma once

#include "bot/options/options.h"
#include "bot/options/problems.h"
#include "bot/tox/toxcore_copy.h"

namespace ngcshare {

// Adds an error if `options` are of a subcommand that goes online, except doctor, which reports the
// fault among its findings.
void check_toxcore(const Options& options, const ToxcoreCopy& copy, Problems& problems);

}  // namespace ngcshare
