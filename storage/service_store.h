// The services this instance shares. A name is unique in the whole instance, compared byte by byte.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/service_record.h"
#include "storage/statement.h"

namespace ngcshare::storage {

// REQUIRES: goes before the database; a record has valid ports, limits above 0 and a chat_id that
// is in GroupStore. Every function throws StorageError when the disk fails, and kOther for a record
// that breaks those rules.
class ServiceStore {
 public:
  explicit ServiceStore(Database& database);

  // Its id, whatever the record's is; nullopt: the name is taken, nothing changed.
  std::optional<std::int64_t> add(const ServiceRecord& service);
  // Replaces the one of that name, which keeps its id and rules. The id.
  std::int64_t put(const ServiceRecord& service);
  std::optional<ServiceRecord> find(std::string_view name);
  std::vector<ServiceRecord> list();   // by name
  bool remove(std::string_view name);  // and its rules; false: there was none

  // Removes the declared services that aren't among `names`, all or none; returns their names.
  std::vector<std::string> remove_declared_except(std::span<const std::string> names);

 private:
  void require_valid(const ServiceRecord& service) const;
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
