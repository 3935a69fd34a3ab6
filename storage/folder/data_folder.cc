#include "storage/folder/data_folder.h"

#include <sys/stat.h>

#include <system_error>

#include "storage/files/atomic_file.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

using storage::StorageError;

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (error) throw storage::system_call_error(path, error.value(), storage::FileAccess::kWrite);
  if (made) ::chmod(path.c_str(), S_IRWXU);
}

}  // namespace

storage::InstanceLock lock_data_folder(const std::filesystem::path& path) {
  make_folder(path);
  auto acquired = storage::InstanceLock::acquire(path);
  if (acquired) return std::move(*acquired);
  const auto holder = storage::InstanceLock::holder(path);
  throw StorageError(
      StorageError::Kind::kBusy, path,
      "in use by another ngcshare" + (holder ? " (process " + std::to_string(*holder) + ")" : ""),
      "stop that one or choose another folder with --data-dir");
}

DataFolder::DataFolder(const std::filesystem::path& path)
    : path_(path), lock_(lock_data_folder(path)), database_(path / kDatabaseFile) {}

std::vector<uint8_t> DataFolder::load_profile() const {
  return storage::read_file(path_ / kProfileFile).value_or(std::vector<uint8_t>());
}

void DataFolder::save_profile(const std::vector<uint8_t>& savedata) const {
  storage::write_file_atomically(path_ / kProfileFile, savedata);
}

}  // namespace ngcshare
