#include "storage/files/open_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <string>

#include "storage/files/error.h"

namespace ngcshare::storage {
namespace {

using std::filesystem::path;

constexpr int kMostLinks = 40;  // as the kernel

path folder_of(const path& file) { return file.has_parent_path() ? file.parent_path() : "."; }

void require_own_link(const path& folder, const struct stat& link) {
  if (link.st_uid == ::geteuid() || link.st_uid == 0) return;
  throw StorageError(StorageError::Kind::kOther, folder,
                     "leads through a symbolic link of uid " + std::to_string(link.st_uid),
                     "name the folder without that link");
}

// Follows a path step by step.
class Walk {
 public:
  explicit Walk(const path& folder) : folder_(folder) { follow(folder); }

  UniqueFd end() {
    while (!steps_.empty()) step();
    return checked(::openat(at_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

 private:
  UniqueFd checked(int opened) const {
    if (opened < 0) throw system_call_error(folder_, errno, FileAccess::kWrite);
    return UniqueFd(opened);
  }

  // Puts the steps of `way` before those that are left.
  void follow(const path& way) {
    if (way.is_absolute() || !at_.valid()) {
      at_ = checked(::open(way.is_absolute() ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    }
    const path relative = way.relative_path();
    steps_.insert(steps_.begin(), relative.begin(), relative.end());
  }

  void step() {
    const path name = steps_.front();
    steps_.pop_front();
    if (name.empty()) return;  // a slash at the end
    UniqueFd next = checked(::openat(at_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (::fstat(next.get(), &status) != 0)
      throw system_call_error(folder_, errno, FileAccess::kRead);
    if (!S_ISLNK(status.st_mode)) {
      at_ = std::move(next);
      return;
    }
    require_own_link(folder_, status);
    if (++links_ > kMostLinks) throw system_call_error(folder_, ELOOP, FileAccess::kRead);
    follow(target_of(next));
  }

  path target_of(const UniqueFd& link) const {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(link.get(), "", target.data(), target.size());
    if (size < 0) throw system_call_error(folder_, errno, FileAccess::kRead);
    return std::string(target.data(), static_cast<std::size_t>(size));
  }

  const path folder_;  // for errors
  UniqueFd at_{-1};
  std::deque<path> steps_;
  int links_ = 0;
};

}  // namespace

UniqueFd open_folder_of(const path& file) {
  const path folder = folder_of(file);
  UniqueFd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid()) throw system_call_error(folder, errno, FileAccess::kWrite);
  return opened;
}

UniqueFd open_folder_without_strange_links(const path& file) { return Walk(folder_of(file)).end(); }

}  // namespace ngcshare::storage
