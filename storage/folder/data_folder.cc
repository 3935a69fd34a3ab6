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

bool has_profile(const std::filesystem::path& folder) {
  std::error_code error;
  const auto status = std::filesystem::status(folder / kProfileFile, error);
  if (!std::filesystem::is_regular_file(status)) return std::filesystem::exists(status);
  return std::filesystem::file_size(folder / kProfileFile, error) != 0 && !error;
}

StorageError lost_database(const std::filesystem::path& folder) {
  return {StorageError::Kind::kLost, folder / kDatabaseFile,
          std::string("is missing or empty, although ") + kProfileFile + " beside it is in use",
          "bring back a copy with ngcshare restore FILE, or start once with --new-start, which "
          "begins without the stored services, rules and bans"};
}

StorageError lost_profile(const std::filesystem::path& folder) {
  return {StorageError::Kind::kLost, folder / kProfileFile,
          std::string("is missing or empty, although ") + kDatabaseFile + " beside it is in use",
          "bring back a copy of it, or start once with --new-start, which makes a new identity: to "
          "the groups it is a stranger"};
}

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

namespace {

// A new start makes the database first and then the profile: killed in between, it leaves a
// database without a row, which is no loss.
storage::Database open_database(const std::filesystem::path& folder, NewStart new_start) {
  const bool must_exist = new_start == NewStart::kNotMeant && has_profile(folder);
  try {
    return storage::Database(folder / kDatabaseFile, storage::all_migrations(),
                             must_exist ? storage::IfEmpty::kRefuse : storage::IfEmpty::kCreate);
  } catch (const StorageError& error) {
    if (error.kind() != StorageError::Kind::kLost) throw;
    throw lost_database(folder);
  }
}

}  // namespace

DataFolder::DataFolder(const std::filesystem::path& path, NewStart new_start)
    : path_(path), lock_(lock_data_folder(path)), database_(open_database(path, new_start)) {
  if (new_start == NewStart::kNotMeant && !has_profile(path) && database_.holds_rows()) {
    throw lost_profile(path);
  }
}

std::vector<uint8_t> DataFolder::load_profile() const {
  return storage::read_file(path_ / kProfileFile).value_or(std::vector<uint8_t>());
}

void DataFolder::save_profile(const std::vector<uint8_t>& savedata) const {
  storage::write_file_atomically(path_ / kProfileFile, savedata);
}

}  // namespace ngcshare
