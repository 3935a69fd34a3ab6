#include "storage/sqlite_error.h"

#include <sqlite3.h>

#include <string>
#include <string_view>
#include <system_error>

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

struct Explanation {
  Kind kind;
  std::string_view problem;
  std::string_view advice;
};

Explanation explain(int code, int system_error) {
  switch (code) {
    case SQLITE_FULL:
      return {Kind::kFull, "no space left to write", kAdviceFull};
    case SQLITE_READONLY:
      return {Kind::kReadOnly, "cannot be written", kAdviceReadOnly};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Kind::kUnreadable, "cannot be opened", kAdviceUnreadable};
    case SQLITE_CORRUPT:
      return {Kind::kCorrupt, "is damaged", kAdviceCorrupt};
    case SQLITE_NOTADB:
      return {Kind::kCorrupt, "is not a database", kAdviceCorrupt};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {Kind::kBusy, "is in use by another process", "close that one and try again"};
    case SQLITE_CONSTRAINT:
      return {Kind::kOther, "refused a record", "this is a bug in ngcshare: please report it"};
    case SQLITE_IOERR:
      if (means_full(system_error)) return {Kind::kFull, "no space left to write", kAdviceFull};
      return {Kind::kOther, "could not be read or written", "check the disk"};
    default:
      return {Kind::kOther, "failed", "this is a bug in ngcshare: please report it"};
  }
}

}  // namespace

StorageError to_storage_error(const std::filesystem::path& file, const SQLite::Exception& error,
                              int system_error) {
  // Without an extended code the primary one is -1 or the code itself; the low byte is primary.
  const int code = error.getErrorCode() < 0 ? SQLITE_ERROR : error.getErrorCode() & 0xff;
  const Explanation explanation = explain(code, system_error);
  std::string problem(explanation.problem);
  problem.append(" (").append(error.what());
  const bool from_system = code == SQLITE_CANTOPEN || code == SQLITE_IOERR;
  if (from_system && system_error != 0) {
    problem.append(": ").append(std::generic_category().message(system_error));
  }
  problem.append(")");
  return {explanation.kind, file, problem, explanation.advice};
}

}  // namespace ngcshare::storage
