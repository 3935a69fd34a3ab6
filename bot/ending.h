// The last seconds of a process, in which nothing may hold it up.
#pragma once

#include <chrono>

namespace ngcshare {

// From now on SIGINT and SIGTERM end the process where it stands, also when it is a container's
// first process, on which the default action has no effect. REQUIRES: nobody else handles them.
void end_at_once_on_signals();

// Ends the process with `exit_code` when it still exists after that time. Nothing is run or written
// any more then.
void end_within(std::chrono::seconds time, int exit_code);

}  // namespace ngcshare
