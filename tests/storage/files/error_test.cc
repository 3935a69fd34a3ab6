#include "storage/files/error.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cerrno>
#include <string>

#include "storage/database/sqlite_error.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

TEST(StorageError, NamesTheFileTheProblemAndTheRemedy) {
  const StorageError error(Kind::kOther, "/data/ngcshare.db", "is odd", "look at it");
  EXPECT_STREQ(error.what(), "/data/ngcshare.db: is odd; look at it");
}

TEST(StorageError, StaysOneLineWhateverTheFileIsCalled) {
  const StorageError error(Kind::kOther, "/data/a\nb\x1b[31m", "is\r\nodd", "look\tat it");
  EXPECT_STREQ(error.what(), "/data/a b [31m: is  odd; look at it");
}

TEST(StorageError, CanGetOtherAdvice) {
  const StorageError error(Kind::kCorrupt, "a;\nb.db", "is odd", "look");
  EXPECT_STREQ(error.with_advice("choose another").what(), "a; b.db: is odd; choose another");
  EXPECT_EQ(error.with_advice("choose another").kind(), Kind::kCorrupt);
}

TEST(StorageError, KeepsNamesThatAreNotAscii) {
  const StorageError error(Kind::kOther, "/data/дом.db", "is odd", "look");
  EXPECT_STREQ(error.what(), "/data/дом.db: is odd; look");
}

TEST(StorageError, SortsErrnoValues) {
  struct Row {
    int error_number;
    Kind reading;
    Kind writing;
  };
  for (const Row& row : {
           Row{ENOSPC, Kind::kFull, Kind::kFull},
           Row{EDQUOT, Kind::kFull, Kind::kFull},
           Row{EFBIG, Kind::kFull, Kind::kFull},
           Row{EROFS, Kind::kReadOnly, Kind::kReadOnly},
           Row{EACCES, Kind::kUnreadable, Kind::kReadOnly},
           Row{EPERM, Kind::kUnreadable, Kind::kReadOnly},
           Row{ENOENT, Kind::kUnreadable, Kind::kUnreadable},
           Row{EISDIR, Kind::kUnreadable, Kind::kUnreadable},
           Row{EIO, Kind::kOther, Kind::kOther},
       }) {
    EXPECT_EQ(system_call_error("f", row.error_number, FileAccess::kRead).kind(), row.reading)
        << row.error_number;
    EXPECT_EQ(system_call_error("f", row.error_number, FileAccess::kWrite).kind(), row.writing)
        << row.error_number;
  }
}

TEST(StorageError, SortsSqliteErrors) {
  struct Row {
    int code;
    int system_error;
    Kind kind;
  };
  for (const Row& row : {
           Row{SQLITE_FULL, 0, Kind::kFull},
           Row{SQLITE_IOERR, EFBIG, Kind::kFull},
           Row{SQLITE_IOERR_WRITE, ENOSPC, Kind::kFull},
           Row{SQLITE_IOERR, EIO, Kind::kOther},
           Row{SQLITE_READONLY, 0, Kind::kReadOnly},
           Row{SQLITE_READONLY_DIRECTORY, 0, Kind::kReadOnly},
           Row{SQLITE_CANTOPEN, EACCES, Kind::kUnreadable},
           Row{SQLITE_CORRUPT, 0, Kind::kCorrupt},
           Row{SQLITE_NOTADB, 0, Kind::kCorrupt},
           Row{SQLITE_BUSY, 0, Kind::kBusy},
           Row{SQLITE_BUSY_SNAPSHOT, 0, Kind::kBusy},
           Row{SQLITE_LOCKED, 0, Kind::kBusy},
           Row{SQLITE_CONSTRAINT, 0, Kind::kOther},
           Row{SQLITE_MISUSE, 0, Kind::kOther},
           Row{-1, 0, Kind::kOther},
       }) {
    const SQLite::Exception cause("the cause", row.code);
    const StorageError error = to_storage_error("/data/ngcshare.db", cause, row.system_error);
    EXPECT_EQ(error.kind(), row.kind) << row.code;
    EXPECT_EQ(std::string(error.what()).find("/data/ngcshare.db: "), 0U) << error.what();
    EXPECT_NE(std::string(error.what()).find("the cause"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ngcshare::storage
