// Makes the changes of several calls, of one store or many, happen together or not at all.
// Transactions nest; an inner one counts only when the outer one is committed too. Let a
// StorageError pass through all of them: after a full disk SQLite has already undone the outermost.
//
//   Transaction transaction(database);
//   services.put(…);
//   services.remove(…);
//   transaction.commit();
#pragma once

namespace ngcshare::storage {

class Database;

class Transaction {
 public:
  // Takes the write lock at once, so that what is read inside stays true until commit().
  // Throws StorageError, kBusy when another process holds the lock.
  explicit Transaction(Database& database);
  ~Transaction();  // undoes everything since the start, unless committed
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Throws StorageError; then nothing was changed. REQUIRES: not committed before.
  void commit();

 private:
  Database& database_;
  bool outermost_;
  bool open_ = true;
};

}  // namespace ngcshare::storage
