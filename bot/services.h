// The shared services as commands see them: of a running gateway, or of a database alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/hex.h"
#include "bot/share_spec.h"
#include "protocol/clock.h"
#include "protocol/packet.h"
#include "storage/person.h"
#include "storage/service_record.h"

namespace ngcshare {

// Something new as it is stored, by whoever shared it in one group or (nullopt) in all.
storage::ServiceRecord to_record(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                 const std::optional<Key>& by);
// Why a service may not lead to that host, and what would allow it.
std::string target_not_allowed(const std::string& host);

bool is_offered_in(const storage::ServiceRecord& record, const Key& chat_id);
// Whether everybody in the service's groups may know of it, so that it may be offered publicly and
// mentioned in their chat. A service for those on its list only is not public.
bool is_public(const storage::ServiceRecord& record);
// Why a service of that name is not shared.
std::string name_is_taken(const std::string& name);

class Services {
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

  virtual ~Services() = default;

  // Whatever writes throws StorageError when the disk fails, and has then changed nothing.

  // Shares something new, in one group or (nullopt) in all. What went wrong, nullopt if nothing.
  virtual std::optional<std::string> share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                           const std::optional<Key>& by) = 0;
  // Takes the place of the one with that id and name, as change() does, also with another host or
  // other ports. What went wrong, nullopt if nothing. REQUIRES: ports and a name that parse_edit()
  // takes.
  virtual std::optional<std::string> edit(const storage::ServiceRecord& record) = 0;
  // Takes a service back everywhere, with its rules; false: there is none of that name.
  virtual bool unshare(const std::string& name) = 0;
  virtual std::optional<storage::ServiceRecord> find(std::string_view name) const = 0;
  // Takes the place of the one with that id, and acts on what has changed at once. REQUIRES: host
  // and ports are as they were.
  virtual void change(const storage::ServiceRecord& record) = 0;
  // Who may do what has changed: what each peer is offered and uses is made to agree, at once.
  virtual void review() = 0;
  // Those offered in a group, or (nullopt) all, by name.
  virtual std::vector<Shown> list(const std::optional<Key>& chat_id) const = 0;
  // Those of one service, or all; the oldest first.
  virtual std::vector<Connection> connections(const std::optional<std::string>& service) const = 0;
  // Ends one and tells the peer; false: there is none with that id.
  virtual bool drop(uint32_t id) = 0;
};

}  // namespace ngcshare
