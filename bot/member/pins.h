// The member's memory of gateways and local ports (storage::PinStore): which gateway a name belongs
// to, and at which port local programs find it. Held in memory, because other members of the group
// cause most changes with --all: these are bounded, pruned, and written together.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "bot/base/key.h"
#include "bot/base/recurring_fault.h"
#include "bot/base/steady_time.h"
#include "bot/member/pin_index.h"
#include "storage/database/database.h"
#include "storage/stores/pin_store.h"
#include "storage/values/person.h"

namespace ngcshare {

// A gateway and the name of one of its Offers, which stay the same across restarts.
struct ServiceId {
  storage::Person gateway;
  std::string name;

  auto operator<=>(const ServiceId&) const = default;
};

class Pins {
 public:
  static constexpr std::chrono::seconds kDelay{10};
  // Pins of names that the user has not typed; then those go that are unused for longest. Pins of
  // typed names and of open services stay.
  static constexpr size_t kMostInGroup = 1024;
  static constexpr size_t kMostOfGateway = 128;

  // Reads the store; throws StorageError. `database` and `store` must outlive this object, and
  // `store` belongs to `database`.
  Pins(asio::io_context& loop, storage::Database& database, storage::PinStore& store,
       std::function<int64_t()> unix_now);

  // Returns the pin of a name, or nullptr. Valid until the next call.
  const storage::PinRecord* find(const Key& chat_id, std::string_view name) const;
  // Returns true if a name that the user has typed belongs to that gateway.
  bool is_known(const storage::Person& gateway) const { return index_.has_named(gateway); }
  // Returns the local ports of other services in the group than `service`. `only_named`: of those
  // whose names the user has typed.
  std::set<uint16_t> ports_of_others(const ServiceId& service, bool only_named) const;

  // Notes that a service is open at a local port: gives its name to the gateway. `named`: the user
  // has typed the name.
  void open(const ServiceId& service, uint16_t port, bool named);
  // Notes that it is closed. Has no effect on a name of another gateway.
  void close(const ServiceId& service);

  // Writes for the last time; later changes are lost.
  void end();
  size_t size() const { return pins_.size(); }

 private:
  using Name = PinIndex::Name;
  struct Pin {
    storage::PinRecord record;
    bool open = false;
  };
  // Take a pin out of the index, before it is changed, and put it back.
  void unlist(const Pin& pin) { index_.remove(pin.record, pin.open); }
  void list(const Pin& pin) { index_.add(pin.record, pin.open); }
  // Remove the longest unused of the unnamed closed pins, until no more unnamed ones are left than
  // a gateway or a group may have.
  void prune_gateway(const storage::Person& gateway);
  void prune_group(const Key& chat_id);
  void remove(const Name& name);
  void write();
  void write_later();

  storage::Database& database_;
  storage::PinStore& store_;
  const std::function<int64_t()> unix_now_;
  std::map<Name, Pin> pins_;
  PinIndex index_;          // of pins_
  std::set<Name> changed_;  // to be written, or removed if they are no longer in pins_
  asio::basic_waitable_timer<ProgramClock> timer_;
  bool armed_ = false;
  RecurringFault fault_;
};

}  // namespace ngcshare
