// The address of a data folder's control socket, FOLDER/control.sock.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "storage/files/unique_fd.h"

namespace ngcshare {

class ControlAddress {
 public:
  static constexpr const char* kName = "control.sock";

  // Returns nullopt if the folder cannot be opened; errno says why.
  static std::optional<ControlAddress> open(const std::filesystem::path& folder);

  int folder() const { return folder_.get(); }
  const std::filesystem::path& path() const { return path_; }

  // Returns the path for bind() and connect(), valid while this object lives. A socket's address
  // has at most 107 bytes, but a data folder may be anywhere, so a longer path goes through the
  // opened folder in /proc/self/fd.
  std::string address() const;

 private:
  ControlAddress(std::filesystem::path path, storage::UniqueFd folder);

  std::filesystem::path path_;
  storage::UniqueFd folder_;
};

}  // namespace ngcshare
