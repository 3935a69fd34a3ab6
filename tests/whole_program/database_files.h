// Files of empty databases for processes under test. Making one takes as long as a whole run, so
// one is made and copied. They are in memory if the system has a place for that.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "storage/database/database.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare::test {

class DatabaseFiles {
 public:
  // Returns the path of an empty database of that name, which replaces an earlier one.
  static std::filesystem::path make(const std::string& name) {
    static DatabaseFiles files;
    const std::filesystem::path path = files.folder_ / (name + ".db");
    for (const char* const suffix : {"-wal", "-shm"}) {
      std::filesystem::remove(path.string() + suffix);
    }
    std::filesystem::copy_file(files.empty_, path,
                               std::filesystem::copy_options::overwrite_existing);
    return path;
  }

 private:
  DatabaseFiles() { const storage::Database made(empty_); }

  static std::filesystem::path place() {
    const std::filesystem::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  }

  TemporaryFolder folder_{place()};
  std::filesystem::path empty_ = folder_ / "empty.db";
};

}  // namespace ngcshare::test
