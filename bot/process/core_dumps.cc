#include "bot/process/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace ngcshare {

// Both, because a limit of 0 does not count where the kernel hands dumps to a program, and a
// container can run where the other is filtered.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace ngcshare
