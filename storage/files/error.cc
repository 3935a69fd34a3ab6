#include "storage/files/error.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

std::string one_line(std::string line) {
  for (char& c : line) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control) c = ' ';
  }
  return line;
}

Kind kind_of(int error_number, FileAccess access) {
  if (means_full(error_number)) return Kind::kFull;
  switch (error_number) {
    case EROFS:
      return Kind::kReadOnly;
    case EACCES:
    case EPERM:
      return access == FileAccess::kWrite ? Kind::kReadOnly : Kind::kUnreadable;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
      return Kind::kUnreadable;
    default:
      return Kind::kOther;
  }
}

std::string_view advice_for(Kind kind) {
  switch (kind) {
    case Kind::kFull:
      return kAdviceFull;
    case Kind::kReadOnly:
      return kAdviceReadOnly;
    case Kind::kUnreadable:
      return kAdviceUnreadable;
    default:
      return kAdviceDisk;
  }
}

}  // namespace

StorageError::StorageError(Kind kind, const std::filesystem::path& file, std::string_view problem,
                           std::string_view advice)
    : StorageError(kind, file.string() + ": " + std::string(problem), advice) {}

StorageError::StorageError(Kind kind, const std::string& fault, std::string_view advice)
    : std::runtime_error(one_line(fault + "; " + std::string(advice))),
      kind_(kind),
      fault_bytes_(fault.size()) {}

StorageError StorageError::with_advice(std::string_view advice) const {
  return {kind_, std::string(what(), fault_bytes_), advice};
}

StorageError system_call_error(const std::filesystem::path& file, int error_number,
                               FileAccess access) {
  const Kind kind = kind_of(error_number, access);
  std::string problem = access == FileAccess::kWrite ? "cannot be written (" : "cannot be read (";
  problem.append(std::generic_category().message(error_number)).append(")");
  return {kind, file, problem, advice_for(kind)};
}

bool means_full(int error_number) noexcept {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

}  // namespace ngcshare::storage
