// The services this instance shares. A name is unique in the whole instance, compared byte by byte.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/key.h"
#include "storage/statement.h"

namespace ngcshare::storage {

struct ServiceRecord {
  std::string name;
  std::string host;
  std::uint16_t port = 0;
  bool tcp = false;
  bool udp = false;
  std::optional<Key32> chat_id = std::nullopt;  // nullopt: offered in every group
  bool declared = false;                        // came from a command-line flag or the environment
  std::string description = {};
  std::int64_t created_at = 0;                     // unix seconds
  std::optional<Key32> created_by = std::nullopt;  // group public key; nullopt: nobody in a group

  friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};

// REQUIRES: goes before the database; a record has a port other than 0, tcp or udp, and a chat_id
// that is in GroupStore. Every function throws StorageError when the disk fails, and kOther for a
// record that breaks those rules.
class ServiceStore {
 public:
  explicit ServiceStore(Database& database);

  bool add(const ServiceRecord& service);  // false: the name is taken, nothing changed
  void put(const ServiceRecord& service);  // replaces the one of that name
  std::optional<ServiceRecord> find(std::string_view name);
  std::vector<ServiceRecord> list();   // by name
  bool remove(std::string_view name);  // false: there was none

  // Removes the declared services that aren't among `names`, all or none; returns their names.
  std::vector<std::string> remove_declared_except(std::span<const std::string> names);

 private:
  Database& database_;
  Statement add_;
  Statement put_;
  Statement find_;
  Statement list_;
  Statement remove_;
  Statement list_declared_;
};

}  // namespace ngcshare::storage
