// Makes the changes of several calls to any number of stores atomic. Transactions nest; an inner
// one takes effect only if the outer one is committed too. A StorageError must propagate through
// all of them, because after a full disk SQLite has already undone the outermost one.
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
  // Takes the write lock at once, so that values read inside stay valid until commit().
  // Throws StorageError; kBusy if another process holds the lock.
  explicit Transaction(Database& database);
  ~Transaction();  // undoes all changes since the start, unless committed
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Throws StorageError, and then nothing has changed. REQUIRES: was not committed before.
  void commit();

 private:
  Database& database_;
  bool outermost_;
  bool open_ = true;
};

}  // namespace ngcshare::storage
