// Writes down who is in the groups, so that somebody who has left can still be named: a ban of a
// troll who is gone already. Many notes make one write, whoever comes: a crowd with new keys costs
// one transaction each few seconds and not one each.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "storage/database.h"
#include "storage/person.h"
#include "storage/person_store.h"

namespace ngcshare {

class SeenPeople {
 public:
  static constexpr std::chrono::seconds kDelay{10};
  static constexpr size_t kMostWaiting = 1024;  // that many are written at once

  // All outlive it. `store` is the database's.
  SeenPeople(asio::io_context& loop, storage::Database& database, storage::PersonStore& store,
             std::function<int64_t()> unix_now);

  // Somebody is there, with that nickname. Never throws: what cannot be written is logged, and
  // forgotten when too much waits.
  void note(const storage::Person& person, std::string_view nick);

  // Writes what waits, for whoever reads the store now. Throws StorageError; it waits on then.
  void write();
  // The last write; notes after it are lost.
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
  std::map<storage::Person, Sight> waiting_;
  asio::steady_timer timer_;
  bool armed_ = false;
};

}  // namespace ngcshare
