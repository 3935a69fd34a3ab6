// Interface through which commands see and change the shared services, of a running gateway or of
// a database alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/key.h"
#include "bot/services/share_syntax.h"
#include "protocol/base/clock.h"
#include "protocol/wire/packet.h"
#include "storage/values/person.h"
#include "storage/values/service_record.h"

namespace ngcshare {

class ServiceCatalog {
 public:
  struct Shown {
    enum class Target { kUnknown, kUp, kDown };
    storage::ServiceRecord record;
    size_t connections = 0;
    uint64_t bytes_in = 0;   // to the service, since the process began to share it
    uint64_t bytes_out = 0;  // from it
    uint64_t pieces_in = 0;  // ServiceRates::pieces()
    uint64_t pieces_out = 0;
    uint64_t opened = 0;  // connections so far
    Target target = Target::kUnknown;
  };
  struct Connection {
    uint32_t id = 0;  // counts up from 1 while the process runs
    std::string service;
    uint16_t port = 0;
    storage::Person person;
    TransportSet transports;
    TimePoint since{};
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
  };

  virtual ~ServiceCatalog() = default;

  // Functions that write throw StorageError if the disk fails, and have then changed nothing.

  // Shares a new service in one group or (nullopt) in all groups. Returns what went wrong, or
  // nullopt on success.
  virtual std::optional<std::string> share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                           const std::optional<Key>& by) = 0;
  // Replaces the service with that id and name, as change() does, but may change host and ports
  // too. Returns what went wrong, or nullopt on success. REQUIRES: ports and a name that
  // parse_edit() accepts.
  virtual std::optional<std::string> edit(const storage::ServiceRecord& record) = 0;
  // Removes a service and its rules everywhere. Returns false if there is none of that name.
  virtual bool unshare(const std::string& name) = 0;
  virtual std::optional<storage::ServiceRecord> find(std::string_view name) const = 0;
  // Replaces the service with that id, in force at once. REQUIRES: host and ports are unchanged.
  virtual void change(const storage::ServiceRecord& record) = 0;
  // Applies changed permissions to every peer's offers and connections at once.
  virtual void review() = 0;
  // Returns the services offered in one group or (nullopt) all services, sorted by name.
  virtual std::vector<Shown> list(const std::optional<Key>& chat_id) const = 0;
  // Returns the connections of one service, or of all, oldest first.
  virtual std::vector<Connection> connections(const std::optional<std::string>& service) const = 0;
  // Ends a connection and tells the peer. Returns false if there is none with that id.
  virtual bool drop(uint32_t id) = 0;
};

}  // namespace ngcshare
