// Where the control socket of a data folder is: FOLDER/control.sock.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "storage/unique_fd.h"

namespace ngcshare {

class ControlAddress {
 public:
  static constexpr const char* kName = "control.sock";

  // nullopt: the folder cannot be opened; errno tells why.
  static std::optional<ControlAddress> open(const std::filesystem::path& folder);

  int folder() const { return folder_.get(); }
  const std::filesystem::path& path() const { return path_; }

  // For bind() and connect(). A socket's address holds 107 bytes; a longer path goes through the
  // opened folder in /proc, so it holds as long as this object.
  std::string address() const;

 private:
  ControlAddress(std::filesystem::path path, storage::UniqueFd folder);

  std::filesystem::path path_;
  storage::UniqueFd folder_;
};

}  // namespace ngcshare
