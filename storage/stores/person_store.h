// Stores people who were seen in groups or have a role, ban or rule, with their last nicknames.
// Those without role, ban and rule ("strangers") are forgotten beyond a limit, so that they cannot
// fill the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/person.h"

namespace ngcshare::storage {

struct PersonRecord {
  Person person;
  std::string nick;          // any bytes; not to be trusted
  std::int64_t seen_at = 0;  // unix seconds

  friend bool operator==(const PersonRecord&, const PersonRecord&) = default;
};

// A nickname that a person has or has had.
struct NicknameRecord {
  Person person;
  std::string nick;
  std::int64_t since = 0;  // unix seconds: when the person was first seen with it

  friend bool operator==(const NicknameRecord&, const NicknameRecord&) = default;
};

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`.
class PersonStore {
 public:
  static constexpr std::size_t kMaxNickBytes = 128;  // NGC's limit; longer nicknames are cut
  // Nicknames of a person; those had last are kept.
  static constexpr std::size_t kMostNicknames = 8;
  static constexpr std::size_t kMostStrangers = 4096;  // the most recently seen are kept
  // Strangers are pruned after this many new ones, so there may be this many more than the limit.
  static constexpr std::size_t kPruneEvery = 256;
  // While the nickname stays the same, the time of being seen is written at most once a minute.
  static constexpr std::int64_t kSeenEverySeconds = 60;

  explicit PersonStore(Database& database, std::size_t most_strangers = kMostStrangers);

  // Makes several changes, so that it is best called in a Transaction, for many people at once.
  void seen(const Person& person, std::string_view nick, std::int64_t at);
  std::optional<PersonRecord> find(const Person& person);
  // Returns at most `most` people of the group, most recently seen first.
  std::vector<PersonRecord> list(const Key32& chat_id, std::size_t most);
  // Returns the nicknames that the people of the group have or have had.
  std::vector<NicknameRecord> nicknames(const Key32& chat_id);

 private:
  void prune();  // forgets the strangers above the limit

  const std::size_t most_strangers_;
  std::size_t added_ = 0;  // since the last prune()
  Statement add_;
  Statement update_;
  Statement find_;
  Statement list_;
  Statement prune_;
  Statement put_nickname_;
  Statement prune_nicknames_;
  Statement list_nicknames_;
};

}  // namespace ngcshare::storage
