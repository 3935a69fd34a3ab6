// The member's side: which gateway, by its group public key, was the first to provide a service
// name in a group, and on which local port it was bound. A later offer of the name from another key
// is then noticed. Pins outlive the group's record: leaving and joining again doesn't forget them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/database.h"
#include "storage/key.h"
#include "storage/statement.h"

namespace ngcshare::storage {

struct PinRecord {
  Key32 chat_id{};
  std::string service;
  Key32 gateway_key{};
  std::optional<std::uint16_t> local_port = std::nullopt;  // nullopt: never bound
  std::int64_t first_seen = 0;                             // unix seconds

  friend bool operator==(const PinRecord&, const PinRecord&) = default;
};

// REQUIRES: goes before the database; local_port isn't 0. Every function throws StorageError when
// the disk fails.
class PinStore {
 public:
  explicit PinStore(Database& database);

  std::optional<PinRecord> find(const Key32& chat_id, std::string_view service);
  void put(const PinRecord& pin);  // replaces the one of that group and service
  bool remove(const Key32& chat_id, std::string_view service);  // false: there was none

 private:
  Statement find_;
  Statement put_;
  Statement remove_;
};

}  // namespace ngcshare::storage
