// Checks whether the services given by flags can be shared: their targets, and conflicts with the
// services in the database.
#pragma once

#include <vector>

#include "bot/options/options.h"
#include "bot/options/problems.h"
#include "storage/values/service_record.h"

namespace ngcshare {

// Adds an error for each target that is not allowed.
void check_targets(const RunOptions& options, Problems& problems);

// Resolves the targets' host names and warns of those that cannot be used. Blocks until all have
// answered, or for NameLookup::kPatience.
void check_target_names(const RunOptions& options, Problems& problems);

// Warns of a service that was shared by a command and is replaced by a flag, of two services with
// the same port, and of stored targets that are no longer allowed. `stored`: the database's
// services.
void check_against_stored(const RunOptions& options,
                          const std::vector<storage::ServiceRecord>& stored, Problems& problems);

}  // namespace ngcshare
