// Signals that the starter of this process has decided about.
#pragma once

namespace ngcshare {

// Returns true if the process ignores the signal. It inherits that: nohup ignores SIGHUP, and a
// shell without job control ignores SIGINT for its background jobs.
bool is_ignored(int signal);

}  // namespace ngcshare
