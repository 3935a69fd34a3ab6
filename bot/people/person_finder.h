// Finds the person meant by typed text: @nick, a key, or the first 8 or more digits of a key. Never
// guesses between several matches, because two people may have the same nickname.
#pragma once

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
  Found find(std::string_view text, const std::optional<Key>& chat_id);

  // Returns "alice (1A2B3C4D)" with the last known nickname, or only the digits if none is known.
  std::string name(const storage::Person& person);
  // Returns the role in the group, or kObserver for a person who is not there.
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
