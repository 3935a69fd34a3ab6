#include "bot/control/address.h"

#include <fcntl.h>
#include <sys/un.h>

#include <utility>

namespace ngcshare {

ControlAddress::ControlAddress(std::filesystem::path path, storage::UniqueFd folder)
    : path_(std::move(path)), folder_(std::move(folder)) {}

std::optional<ControlAddress> ControlAddress::open(const std::filesystem::path& folder) {
  storage::UniqueFd fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return std::nullopt;
  return ControlAddress(folder / kName, std::move(fd));
}

std::string ControlAddress::address() const {
  std::string plain = path_.string();
  if (plain.size() < sizeof(sockaddr_un::sun_path)) return plain;
  return "/proc/self/fd/" + std::to_string(folder_.get()) + "/" + kName;
}

}  // namespace ngcshare
