#include "storage/folder/backup.h"

#include "storage/files/atomic_file.h"
#include "storage/folder/checked_copy.h"

namespace ngcshare::storage {

void back_up(const std::filesystem::path& database, const std::filesystem::path& target) {
  PendingFile pending(target);
  fill_with_checked_copy(pending, database, Source::kDatabase);
  pending.commit();
}

}  // namespace ngcshare::storage
