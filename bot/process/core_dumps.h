// Keeps the secrets in this process's memory out of files.
#pragma once

namespace ngcshare {

// Forbids core dumps, and the inspection of this process by others of its user (a debugger, /proc).
// A debugger that has started the process, or root's, still works.
void forbid_core_dumps();

}  // namespace ngcshare
