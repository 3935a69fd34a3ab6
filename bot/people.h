// Who is meant by what somebody typed: @nick, a key, or the first 8 or more digits of one. Two
// people may have the same nickname, so a name that fits several is never guessed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bot/group_role.h"
#include "bot/hex.h"
#include "bot/level.h"
#include "storage/person_store.h"

namespace ngcshare {

// Somebody who is in a group at the moment.
struct PresentPerson {
  storage::Person person;
  std::string nick;
  Role role = Role::kObserver;
};

class People {
 public:
  // Those who are in one group, or in all.
  using Present = std::function<std::vector<PresentPerson>(const std::optional<Key>& chat_id)>;
  // Where there are several groups, a key that was never seen may follow the chat id's first
  // digits: GROUP/KEY.
  using Groups = std::function<std::vector<Key>()>;

  static constexpr size_t kLeastPrefix = 8;
  static constexpr size_t kMostCandidates = 5;  // that are listed

  // `store` outlives the people. `refresh` is called before the store is asked who is meant, for
  // what waits to be written into it; may be empty.
  People(storage::PersonStore& store, Present present, Groups groups,
         std::function<void()> refresh = {});

  // Those who are in one group, or in all, at the moment.
  std::vector<PresentPerson> present(const std::optional<Key>& chat_id) const {
    return present_(chat_id);
  }

  // Looks in one group, or in all. Otherwise why not, for the asker: what is wrong with the text,
  // or who could be meant.
  using Found = std::variant<storage::Person, std::string>;
  Found find(std::string_view text, const std::optional<Key>& chat_id);

  // "alice (1A2B3C4D)", with the nickname last seen; only the digits where none was.
  std::string name(const storage::Person& person);
  // The role in the group; an observer's for who is not there.
  Role role(const storage::Person& person) const;

 private:
  struct Candidate {
    storage::Person person;
    std::string nick;
    bool present = false;
  };
  std::vector<Candidate> candidates(const std::optional<Key>& chat_id,
                                    const std::function<bool(const Candidate&)>& matches);
  Found choose(const std::vector<Candidate>& candidates, std::string_view text,
               const std::optional<Key>& chat_id) const;
  Found in_group(std::string_view text);
  std::string how_to_name(const std::optional<Key>& chat_id) const;
  Found unseen(const Key& key, const std::optional<Key>& chat_id) const;
  std::string describe(const Candidate& candidate) const;

  storage::PersonStore& store_;
  const Present present_;
  const Groups groups_;
  const std::function<void()> refresh_;
};

}  // namespace ngcshare
