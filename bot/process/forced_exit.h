// Ends the process even when its shutdown hangs.
#pragma once

#include <chrono>

namespace ngcshare {

// Makes SIGINT and SIGTERM end the process at once from now on, also as a container's first
// process, which ignores their default action. A SIGINT that is ignored stays so. REQUIRES: nothing
// else handles them.
void end_at_once_on_signals();

// Ends the process with `exit_code` if it still exists after `time`. Runs no destructors and
// flushes nothing.
void end_within(std::chrono::seconds time, int exit_code);

}  // namespace ngcshare
