// Stores a member's pins: the gateway (its group public key) that first provided a service name in
// a group, and the local port it was bound to. A later offer of that name from another key is then
// noticed. Pins outlive the group's record, so they survive leaving and rejoining.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/key.h"

namespace ngcshare::storage {

struct PinRecord {
  Key32 chat_id{};
  std::string service;
  Key32 gateway_key{};
  std::optional<std::uint16_t> local_port = std::nullopt;  // nullopt: never bound
  std::int64_t first_seen = 0;                             // unix seconds
  bool named = false;          // the user has typed the name, not only used all services
  std::int64_t last_used = 0;  // unix seconds

  friend bool operator==(const PinRecord&, const PinRecord&) = default;
};

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`; local_port is not 0.
class PinStore {
 public:
  explicit PinStore(Database& database);

  std::optional<PinRecord> find(const Key32& chat_id, std::string_view service);
  std::vector<PinRecord> list();   // of all groups
  void put(const PinRecord& pin);  // replaces the pin of that group and service
  void remove(const Key32& chat_id, std::string_view service);

 private:
  Statement find_;
  Statement list_;
  Statement put_;
  Statement remove_;
};

}  // namespace ngcshare::storage
