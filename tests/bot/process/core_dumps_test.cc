#include "bot/process/core_dumps.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace ngcshare {
namespace {

void forbid_and_look() {
  forbid_core_dumps();
  rlimit limit{1, 1};
  const bool none = ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 &&
                    limit.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE) == 0;
  ::_exit(none ? 0 : 1);
}

// In a child, because a limit cannot be raised again.
TEST(CoreDumps, AreForbidden) { EXPECT_EXIT(forbid_and_look(), testing::ExitedWithCode(0), ""); }

}  // namespace
}  // namespace ngcshare
