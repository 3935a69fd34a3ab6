#include "storage/database/sqlite_error.h"

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
      return {Kind::kBusy, "is in use by another process", kAdviceBusy};
    case SQLITE_CONSTRAINT:
      return {Kind::kOther, "rejected a record", kAdviceBug};
    case SQLITE_IOERR:
      if (means_full(system_error)) return {Kind::kFull, "no space left to write", kAdviceFull};
      return {Kind::kOther, "could not be read or written", kAdviceDisk};
    default:
      return {Kind::kOther, "failed", kAdviceBug};
  }
}

// Returns the low byte of the code, which is the primary one; -1 means that there is no code.
int primary_code(const SQLite::Exception& error) {
  return error.getErrorCode() < 0 ? SQLITE_ERROR : error.getErrorCode() & 0xff;
}

int errno_of_journal(sqlite3* connection) {
  sqlite3_file* journal = nullptr;
  int error_number = 0;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal);
  if (journal != nullptr && journal->pMethods != nullptr) {
    journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO, &error_number);
  }
  return error_number;
}

int errno_of_main_file(sqlite3* connection) {
  int error_number = 0;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &error_number);
  return error_number;
}

}  // namespace

StorageError to_storage_error(const std::filesystem::path& file, const SQLite::Exception& error,
                              int system_error) {
  const int code = primary_code(error);
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

int system_error_behind(const SQLite::Exception& error, sqlite3* connection) {
  // sqlite3_system_errno() misses a failed write during a commit (3.40), so ask the files first.
  if (primary_code(error) == SQLITE_IOERR) {
    if (const int of_journal = errno_of_journal(connection); of_journal != 0) return of_journal;
    if (const int of_main = errno_of_main_file(connection); of_main != 0) return of_main;
  }
  return sqlite3_system_errno(connection);
}

}  // namespace ngcshare::storage
