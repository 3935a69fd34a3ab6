// Runs commands on the database of a folder where no gateway runs: those that need nothing else.
#pragma once

#include <filesystem>
#include <memory>

#include "bot/control_protocol.h"

namespace ngcshare {

class OfflineConsole {
 public:
  // Locks the folder. nullptr: there is no database. Throws storage::StorageError, kBusy when a
  // gateway runs there.
  static std::unique_ptr<OfflineConsole> open(const std::filesystem::path& folder);
  virtual ~OfflineConsole() = default;

  // Throws storage::StorageError.
  virtual ControlAnswer ask(const ControlRequest& request) = 0;
};

}  // namespace ngcshare
