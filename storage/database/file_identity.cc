#include "storage/database/file_identity.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "storage/files/error.h"
#include "storage/files/regular_file.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

// https://www.sqlite.org/fileformat.html#the_database_header
constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kSchemaCookieOffset = 40;
constexpr std::size_t kUserVersionOffset = 60;
constexpr std::size_t kApplicationIdOffset = 68;

using Header = std::array<unsigned char, kHeaderBytes>;

std::uint32_t big_endian(const Header& header, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8U) | header.at(offset + i);
  return value;
}

}  // namespace

std::optional<FileIdentity> read_identity(const std::filesystem::path& path) {
  const auto fd = open_regular_file(path);
  if (!fd) throw system_call_error(path, ENOENT, FileAccess::kRead);
  return read_identity(*fd, path);
}

std::optional<FileIdentity> read_identity(const UniqueFd& fd, const std::filesystem::path& path) {
  Header header{};
  const ssize_t got = ::pread(fd.get(), header.data(), header.size(), 0);
  if (got < 0) throw system_call_error(path, errno, FileAccess::kRead);
  if (got == 0) return std::nullopt;
  const bool magic = std::memcmp(header.data(), kMagic.data(), kMagic.size()) == 0;
  if (static_cast<std::size_t>(got) < header.size() || !magic) {
    throw StorageError(Kind::kCorrupt, path, "is not a database", kAdviceCorrupt);
  }
  return FileIdentity{.application_id = big_endian(header, kApplicationIdOffset),
                      .user_version = big_endian(header, kUserVersionOffset),
                      .schema_cookie = big_endian(header, kSchemaCookieOffset)};
}

void require_ours(const std::filesystem::path& path, const FileIdentity& identity,
                  std::uint32_t latest) {
  const bool blank =
      identity.application_id == 0 && identity.user_version == 0 && identity.schema_cookie == 0;
  if (blank) return;
  if (identity.application_id != kApplicationId) {
    throw StorageError(Kind::kOther, path, "is another program's database",
                       "choose another data folder, or move this file away");
  }
  if (identity.user_version > latest) {
    throw StorageError(Kind::kNewer, path,
                       "was written by a newer ngcshare (the file has version " +
                           std::to_string(identity.user_version) +
                           ", this program reads up to version " + std::to_string(latest) + ")",
                       "upgrade ngcshare, or restore a backup from before the upgrade");
  }
}

}  // namespace ngcshare::storage
