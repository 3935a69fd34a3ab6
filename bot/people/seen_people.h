// Records who is in the groups and by which nicknames, so that a person who has left can still be
// named, for example to ban a troll who is already gone, and a nickname that has changed hands is
// noticed. Collects notes and writes them together, so that a crowd with new keys or nicknames
// costs one transaction per kDelay instead of one per person.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/recurring_fault.h"
#include "bot/base/steady_time.h"
#include "storage/database/database.h"
#include "storage/stores/person_store.h"
#include "storage/values/person.h"

namespace ngcshare {

class SeenPeople {
 public:
  static constexpr std::chrono::seconds kDelay{10};
  static constexpr size_t kMostWaiting = 1024;  // people; then they are written without delay

  // `loop`, `database` and `store` must outlive this object. `store` belongs to `database`.
  SeenPeople(asio::io_context& loop, storage::Database& database, storage::PersonStore& store,
             std::function<int64_t()> unix_now);

  // Notes that a person is present, with that nickname; of one person, the last nicknames that the
  // store keeps. Never throws StorageError: logs a failed write, and forgets all notes when those
  // of kMostWaiting people cannot be written.
  void note(const storage::Person& person, std::string_view nick);

  // Writes all waiting notes, so that the store can be read. Throws StorageError and then keeps
  // them.
  void write();
  // Writes for the last time; later notes are lost.
  void end();
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Sight {
    std::string nick;
    int64_t at = 0;
  };
  void try_to_write();
  void write_later();

  storage::Database& database_;
  storage::PersonStore& store_;
  const std::function<int64_t()> unix_now_;
  std::map<storage::Person, std::vector<Sight>> waiting_;  // the latest last
  asio::basic_waitable_timer<ProgramClock> timer_;
  bool armed_ = false;
  RecurringFault fault_;
};

}  // namespace ngcshare
