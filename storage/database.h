// The memory of one data folder: an SQLite file that is opened, checked and brought up to date
// here, and read and written by the stores. A change is on the disk when the call that made it
// returns.
//
// One Database a file and process (POSIX locks belong to the process), used by one thread; the
// stores' statements live inside it, so the stores go first. Every failure is a StorageError.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>

#include "storage/duration_histogram.h"
#include "storage/migrations.h"

namespace ngcshare::storage {

class Database {
 public:
  // Opens the file, creating it with mode 0600. An older one is upgraded step by step after a copy
  // is set aside as FILE.v<its version>.bak; a file that is refused keeps every byte.
  // Throws StorageError: kNewer; kCorrupt (not a database, or quick_check finds damage); kOther
  // (another program's database); kUnreadable; kReadOnly; kFull; kBusy after kBusyTimeoutMs.
  // REQUIRES: `migrations` isn't empty; its texts outlive the call.
  explicit Database(const std::filesystem::path& path,
                    std::span<const Migration> migrations = all_migrations());
  ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }  // absolute

  // Writes a consistent, compacted copy with mode 0600; `target` is replaced when it is complete
  // and stays as it was when that fails. REQUIRES: no Transaction is open.
  void copy_to(const std::filesystem::path& target);

  static constexpr int kBusyTimeoutMs = 2000;

  // How long each call of SQLite took that came from here or a store.
  const DurationHistogram& timings() const noexcept { return timings_; }

 private:
  friend class Rows;
  friend class Statement;
  friend class Transaction;

  class Timer {
   public:
    explicit Timer(DurationHistogram& timings) : timings_(timings) {}
    ~Timer() { timings_.add(std::chrono::steady_clock::now() - begin_); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    DurationHistogram& timings_;
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  };

  // Runs `action`, with its time taken and SQLite's exceptions turned into StorageError.
  template <class Action>
  decltype(auto) guarded(Action&& action) const {
    const Timer timer(timings_);
    try {
      return action();
    } catch (const SQLite::Exception& error) {
      fail(error);
    }
  }
  [[noreturn]] void fail(const SQLite::Exception& error) const;

  void execute(const char* sql);
  std::uint32_t pragma_number(const char* sql);
  std::uint32_t require_usable(std::uint32_t latest);  // returns the file's version
  void configure();
  void upgrade(std::span<const Migration> migrations);
  void apply(const Migration& migration);

  std::filesystem::path path_;
  mutable DurationHistogram timings_;
  SQLite::Database connection_;
};

}  // namespace ngcshare::storage
