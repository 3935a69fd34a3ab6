// Helpers of the storage tests: temporary folders, child processes, limits, sample records.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "storage/stores/service_store.h"
#include "storage/values/key.h"

namespace ngcshare::storage {

class TemporaryFolder {
 public:
  TemporaryFolder();  // mode 0755, so that a child without rights can look inside
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Limits the size of all files that this process writes to `bytes` until it is destroyed, which
// simulates a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::size_t bytes);
  ~FileSizeLimit();
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  struct sigaction signal_before_ {};
};

// Returns the error that `action` throws, or nullopt if it returns.
std::optional<StorageError> error_of(const std::function<void()>& action);
std::optional<StorageError::Kind> kind_of(const std::function<void()>& action);

pid_t start_child(const std::function<void()>& action);  // leaves with _exit: no destructor runs
int wait_for_child(pid_t child);                         // the wait status
int run_child(const std::function<void()>& action);      // start, then wait

// Acknowledges a change; returns false if the parent no longer reads.
using Acknowledge = std::function<bool()>;
// Runs `work` in a child and kills it after at least `least` acknowledged changes; returns their
// number.
std::uint64_t run_and_kill(std::uint64_t least,
                           const std::function<void(const Acknowledge&)>& work);

// The error of `action` in a child to which file permissions apply even if the tests run as root.
struct WithoutRights {
  bool possible = true;  // false: this machine does not permit dropping rights
  std::optional<StorageError::Kind> kind;
};
WithoutRights kind_without_rights(const std::function<void()>& action);

std::string content_of(const std::filesystem::path& path);
void set_content(const std::filesystem::path& path, std::string_view content);
mode_t mode_of(const std::filesystem::path& path);
std::string pragma_of(const std::filesystem::path& path, std::string_view name);
void execute_raw(const std::filesystem::path& path, const std::string& sql);  // creates the file

Key32 key_of(std::uint8_t fill);
GroupRecord sample_group(std::uint8_t fill);
ServiceRecord sample_service(std::string name);
PortRange one_port(std::uint16_t port);  // tcp
// Removes the ids assigned by the store, for comparison with the records that were put in.
std::optional<ServiceRecord> unnumbered(std::optional<ServiceRecord> service);
std::vector<ServiceRecord> unnumbered(std::vector<ServiceRecord> services);

}  // namespace ngcshare::storage
