// Finds the person meant by typed text: @nick, a key, or the first digits of a key. Never guesses
// between several matches: a nickname that several people have or have had, or that looks like
// another's, finds nobody, because anybody can take any nickname.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bot/base/group_role.h"
#include "bot/base/key.h"
#include "bot/base/present_person.h"
#include "bot/people/level.h"
#include "storage/stores/person_store.h"

namespace ngcshare {

class PersonFinder {
 public:
  // Returns the people who are in one group, or in all groups.
  using Present = std::function<std::vector<PresentPerson>(const std::optional<Key>& chat_id)>;
  // Returns the chat ids of all groups.
  using Groups = std::function<std::vector<Key>()>;

  // The reason why a person is searched. What gives a right takes kTrustedDigits of a key.
  enum class Purpose { kAny, kGive };

  static constexpr size_t kLeastPrefix = 8;
  static constexpr size_t kMostCandidates = 5;  // listed in an answer

  // `store` must outlive this object. `refresh` (may be empty) is called before each search of the
  // store, to write what is not in it yet.
  PersonFinder(storage::PersonStore& store, Present present, Groups groups,
               std::function<void()> refresh = {});

  // Returns the people who are in one group, or in all groups, at the moment.
  std::vector<PresentPerson> present(const std::optional<Key>& chat_id) const {
    return present_(chat_id);
  }

  // Searches one group, or all groups. GROUP/PERSON, where GROUP is the beginning of a chat id,
  // chooses a group when all are searched; a full key may belong to a person never seen. Returns
  // the person, or a text for the asker: what is wrong with `text`, or who could be meant.
  using Found = std::variant<storage::Person, std::string>;
  Found find(std::string_view text, const std::optional<Key>& chat_id,
             Purpose purpose = Purpose::kAny);

  // Returns whether the text names a person by nickname.
  static bool is_nick(std::string_view text);

  // Returns "alice (1A2B3C4D5E6F7A8B)", with the last known nickname and kTrustedDigits, or only
  // the digits if no nickname is known.
  std::string name(const storage::Person& person);
  // Returns the person's key and since when it has had its nickname, to be read before the person
  // is given something by nickname.
  std::string introduction(const storage::Person& person);
  // Returns the role in the group, or kObserver for a person who is not there.
  Role role(const storage::Person& person) const;

 private:
  struct Candidate {
    storage::Person person;
    std::string nick;  // the current or last one
    bool present = false;
    std::string once = {};                        // an earlier nickname by which it was found
    std::optional<int64_t> since = std::nullopt;  // of the nickname by which it was found
  };
  using Candidates = std::vector<Candidate>;

  Candidates everybody(const std::optional<Key>& chat_id);
  Candidates like(std::string_view nick, const std::optional<Key>& chat_id);
  Found by_nick(std::string_view nick, const std::optional<Key>& chat_id, Purpose purpose);
  Found by_digits(std::string_view digits, const std::optional<Key>& chat_id, Purpose purpose);
  Found in_group(std::string_view text, Purpose purpose);
  Found unseen(const Key& key, const std::optional<Key>& chat_id) const;
  std::string unknown(std::string_view text, const std::optional<Key>& chat_id, Purpose purpose);
  std::string describe(const Candidate& candidate) const;
  std::string list(const Candidates& candidates) const;

  storage::PersonStore& store_;
  const Present present_;
  const Groups groups_;
  const std::function<void()> refresh_;
};

}  // namespace ngcshare
