// Whether the services given by flags can be shared: their targets, and how they go together with
// what the database holds.
#pragma once

#include <vector>

#include "bot/options.h"
#include "bot/problems.h"
#include "storage/service_record.h"

namespace ngcshare {

// Targets that are not allowed are problems.
void check_targets(const RunOptions& options, Problems& problems);

// Asks the system for the names of the targets and warns of those that are not known. It may take
// as long as the system's resolver likes.
void check_target_names(const RunOptions& options, Problems& problems);

// `stored` are those of the database. Warns of a name that was shared by a command and is taken
// over by a flag, of two names for one port, and of stored targets that are not allowed any more.
void check_against_stored(const RunOptions& options,
                          const std::vector<storage::ServiceRecord>& stored, Problems& problems);

}  // namespace ngcshare
