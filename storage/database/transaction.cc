#include "storage/database/transaction.h"

#include <sqlite3.h>

#include <cassert>

#include "storage/database/database.h"

namespace ngcshare::storage {

Transaction::Transaction(Database& database)
    : database_(database),
      outermost_(sqlite3_get_autocommit(database.connection_.getHandle()) != 0) {
  database_.execute(outermost_ ? "BEGIN IMMEDIATE" : "SAVEPOINT nested");
}

Transaction::~Transaction() {
  if (!open_) return;
  // Fails harmlessly if SQLite has already ended the transaction, for example after a full disk.
  database_.connection_.tryExec(outermost_ ? "ROLLBACK" : "ROLLBACK TO nested; RELEASE nested");
}

void Transaction::commit() {
  assert(open_);
  database_.execute(outermost_ ? "COMMIT" : "RELEASE nested");
  open_ = false;
}

}  // namespace ngcshare::storage
