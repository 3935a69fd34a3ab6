// Runs commands on the database of a folder without a running gateway: those that need only the
// database.
#pragma once

#include <filesystem>
#include <memory>

#include "bot/control/protocol.h"

namespace ngcshare {

class OfflineCommands {
 public:
  // Locks the folder. Returns nullptr if there is no database. Throws storage::StorageError, kBusy
  // if a gateway is running there.
  static std::unique_ptr<OfflineCommands> open(const std::filesystem::path& folder);
  virtual ~OfflineCommands() = default;

  // Throws storage::StorageError.
  virtual ControlAnswer ask(const ControlRequest& request) = 0;
};

}  // namespace ngcshare
