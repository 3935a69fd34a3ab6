// Stores the services that this instance shares. Names are unique in the instance and are compared
// byte by byte.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/service_record.h"

namespace ngcshare::storage {

// Every function throws StorageError when the disk fails, and kOther for an invalid record.
// REQUIRES: is destroyed before `database`; a record has valid ports, limits above 0, and a chat_id
// that is in GroupStore.
class ServiceStore {
 public:
  explicit ServiceStore(Database& database);

  // Returns the new id, whatever the record's id is; nullopt if the name is taken (then nothing has
  // changed).
  std::optional<std::int64_t> add(const ServiceRecord& service);
  // Replaces the service of that name, which keeps its id and rules; returns the id.
  std::int64_t put(const ServiceRecord& service);
  // As put(), but the service gets a new id: the rules of the one of that name before are removed.
  std::int64_t replace(const ServiceRecord& service);
  // These two throw StorageError for ports that no service can have.
  std::optional<ServiceRecord> find(std::string_view name);
  std::vector<ServiceRecord> list();   // by name
  bool remove(std::string_view name);  // also removes its rules; returns false if there was none

  // Removes all declared services that are not among `names`, or none if that fails; returns the
  // names of the removed ones.
  std::vector<std::string> remove_declared_except(std::span<const std::string> names);

 private:
  void require_valid(const ServiceRecord& service) const;
  void require_sound(const ServiceRecord& service) const;
  std::optional<std::int64_t> write(Statement& statement, const ServiceRecord& service);

  Database& database_;
  Statement add_;
  Statement put_;
  Statement find_;
  Statement list_;
  Statement remove_;
  Statement list_declared_;
  Statement add_ports_;
  Statement find_ports_;
  Statement list_ports_;
  Statement remove_ports_;
};

}  // namespace ngcshare::storage
