#include "bot/checks/clock.h"

#include <sys/stat.h>

#include <string>
#include <system_error>
#include <utility>

#include "bot/base/units.h"

namespace ngcshare {
namespace {

constexpr int64_t kDay = 86400;
constexpr int64_t kYear2100 = 4102444800;

// Returns the modification time of the newest file in the folder, and its path.
std::pair<int64_t, std::string> newest_file(const std::filesystem::path& folder) {
  std::pair<int64_t, std::string> newest;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat status {};
    if (::lstat(entry->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (status.st_mtime > newest.first) newest = {status.st_mtime, entry->path().string()};
  }
  return newest;
}

}  // namespace

void check_clock(int64_t now, int64_t built, const std::filesystem::path& folder,
                 std::optional<int64_t> newest_audit, Problems& problems) {
  const std::string clock = "the clock says " + format_time(now);
  const std::string advice = "; set it, for example with timedatectl set-ntp true";
  const auto [written, file] = newest_file(folder);
  if (now + kDay < built) {
    problems.add(clock + ", but this program was built at " + format_time(built) + advice,
                 kExitFailure);
  } else if (now >= kYear2100) {
    problems.add(clock + ", which is too far in the future" + advice, kExitFailure);
  } else if (now + kDay < written) {
    problems.add(clock + ", but " + file + " was written at " + format_time(written) + advice +
                     ", or touch the file when the clock is right",
                 kExitFailure);
  } else if (newest_audit && now + kDay < *newest_audit) {
    problems.add(
        clock + ", but the latest command was given at " + format_time(*newest_audit) + advice,
        kExitFailure);
  }
}

int64_t build_time() { return NGCSHARE_BUILD_TIME; }

}  // namespace ngcshare
