// The SQLite database of one data folder. This class opens, checks and upgrades it; the stores read
// and write it. A change is on the disk when the call that made it returns.
//
// A process may have one Database per file, because POSIX locks belong to the process, and must use
// it from one thread. Stores must be destroyed before it, because their statements live inside it.
// Every failure is a StorageError.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>

#include "storage/database/migrations.h"
#include "storage/values/duration_histogram.h"

namespace ngcshare::storage {

// Decides about a file that is missing or never had a table.
enum class IfEmpty : std::uint8_t { kCreate, kRefuse };

class Database {
 public:
  // Opens the file, creating it with mode 0600 if needed. Upgrades an older file step by step,
  // after copying it to FILE.v<its version>.bak. Leaves every byte of a file that it refuses
  // unchanged. Throws StorageError: kNewer; kCorrupt (not a database, or quick_check finds damage);
  // kOther (another program's database); kUnreadable; kReadOnly; kFull; kBusy after kBusyTimeoutMs;
  // kLost (with IfEmpty::kRefuse).
  // REQUIRES: `migrations` is not empty; its texts outlive the call.
  explicit Database(const std::filesystem::path& path,
                    std::span<const Migration> migrations = all_migrations(),
                    IfEmpty if_empty = IfEmpty::kCreate);
  ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }  // absolute

  // Writes a consistent, compacted copy with mode 0600. Replaces `target` once the copy is
  // complete; on failure `target` stays unchanged. REQUIRES: no Transaction is open.
  void copy_to(const std::filesystem::path& target);

  // Returns true if any table has a row.
  bool holds_rows();

  static constexpr int kBusyTimeoutMs = 2000;

  // Durations of all SQLite calls made by this class and the stores.
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

  // Runs and times `action`; turns SQLite's exceptions into StorageError.
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
