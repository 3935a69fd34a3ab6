// The people who were seen in groups, or were given a role, ban or rule, with the nickname they
// last had. Who has none of these is forgotten after a while, so that passers-by don't fill the
// disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/person.h"
#include "storage/statement.h"

namespace ngcshare::storage {

struct PersonRecord {
  Person person;
  std::string nick;          // any bytes; never to be trusted
  std::int64_t seen_at = 0;  // unix seconds

  friend bool operator==(const PersonRecord&, const PersonRecord&) = default;
};

// REQUIRES: goes before the database. Every function throws StorageError when the disk fails.
class PersonStore {
 public:
  static constexpr std::size_t kMaxNickBytes = 128;  // of a nickname that much is kept; NGC's limit
  // Of those without role, ban and rule that many are kept, who were seen last.
  static constexpr std::size_t kMostStrangers = 4096;
  static constexpr std::size_t kPruneEvery = 256;  // as many strangers more there may be meanwhile
  // That somebody who keeps the nickname was seen is written down once a minute.
  static constexpr std::int64_t kSeenEverySeconds = 60;

  explicit PersonStore(Database& database, std::size_t most_strangers = kMostStrangers);

  void seen(const Person& person, std::string_view nick, std::int64_t at);
  std::optional<PersonRecord> find(const Person& person);
  // Whoever had that nickname when last seen in the group: perhaps several, who came last first.
  std::vector<PersonRecord> with_nick(const Key32& chat_id, std::string_view nick);
  std::vector<PersonRecord> list(const Key32& chat_id, std::size_t most);  // who came last first

  // Forgets the strangers above the limit; happens by itself at the start and after kPruneEvery
  // new ones. How many went.
  std::size_t prune();

 private:
  const std::size_t most_strangers_;
  std::size_t added_ = 0;  // since the last prune()
  Statement add_;
  Statement update_;
  Statement find_;
  Statement with_nick_;
  Statement list_;
  Statement prune_;
};

}  // namespace ngcshare::storage
