#include "bot/people/person_finder.h"

#include <algorithm>
#include <cctype>

#include "bot/base/printable.h"
#include "bot/base/words.h"

namespace ngcshare {
namespace {

using storage::Person;

// Search at most this many former members of a group, most recent first.
constexpr size_t kMostRemembered = 10'000;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

}  // namespace

PersonFinder::PersonFinder(storage::PersonStore& store, Present present, Groups groups,
                           std::function<void()> refresh)
    : store_(store),
      present_(std::move(present)),
      groups_(std::move(groups)),
      refresh_(std::move(refresh)) {}

// The example names a person who is present, so that it works if it is repeated.
std::string PersonFinder::how_to_name(const std::optional<Key>& chat_id) const {
  const std::string how = "use @NICK, or 8 or more digits of a key, for example ";
  const auto present = present_(chat_id);
  if (present.empty()) return how + "@alice or 1A2B3C4D";
  const PresentPerson& one = present.front();
  const auto of_that_nick = std::count_if(
      present.begin(), present.end(), [&](const auto& other) { return other.nick == one.nick; });
  const bool by_nick = of_that_nick == 1 && !one.nick.empty() && printable(one.nick) == one.nick;
  return how + (by_nick ? quote_word("@" + one.nick) + " or " : "") + short_key(one.person.key);
}

// Returns every match once, people who are present first.
std::vector<PersonFinder::Candidate> PersonFinder::candidates(
    const std::optional<Key>& chat_id, const std::function<bool(const Candidate&)>& matches) {
  std::vector<Candidate> found;
  const auto add = [&](Candidate candidate) {
    const bool known = std::any_of(found.begin(), found.end(), [&](const Candidate& other) {
      return other.person == candidate.person;
    });
    if (!known && matches(candidate)) found.push_back(std::move(candidate));
  };
  if (refresh_) refresh_();
  const auto present = present_(chat_id);
  for (const PresentPerson& one : present) add({one.person, one.nick, true});
  for (const Key& group : chat_id ? std::vector<Key>{*chat_id} : groups_()) {
    for (const auto& record : store_.list(group, kMostRemembered)) {
      // A person who is present is known by the current nickname only.
      const bool is_there = std::any_of(present.begin(), present.end(), [&](const auto& one) {
        return one.person == record.person;
      });
      if (!is_there) add({record.person, record.nick, false});
    }
  }
  return found;
}

std::string PersonFinder::describe(const Candidate& candidate) const {
  std::string text = short_key(candidate.person.key);
  if (!candidate.nick.empty()) text = printable(candidate.nick) + " " + text;
  if (groups_().size() > 1) text += " in group " + short_key(candidate.person.chat_id);
  return text + (candidate.present ? "" : " (not here now)");
}

PersonFinder::Found PersonFinder::choose(const std::vector<Candidate>& candidates,
                                         std::string_view text,
                                         const std::optional<Key>& chat_id) const {
  if (candidates.size() == 1) return candidates.front().person;
  if (candidates.empty()) {
    return "I don't know anybody called " + printable(text) + "; " + how_to_name(chat_id);
  }
  std::string problem = printable(text) + " could be any of these; use the digits of the key:";
  for (size_t i = 0; i < std::min(candidates.size(), kMostCandidates); ++i) {
    problem += "\n" + describe(candidates[i]);
  }
  if (candidates.size() > kMostCandidates) {
    problem += "\nand " + std::to_string(candidates.size() - kMostCandidates) + " more";
  }
  return problem;
}

// Accepts a key that was never seen, so that its owner can be given a rule before joining.
PersonFinder::Found PersonFinder::unseen(const Key& key, const std::optional<Key>& chat_id) const {
  if (chat_id) return Person{*chat_id, key};
  const auto groups = groups_();
  if (groups.size() == 1) return Person{groups.front(), key};
  return "I have never seen that key, and there are several groups; write GROUP/KEY with the first "
         "digits of the chat id, for example " +
         (groups.empty() ? std::string("1A2B3C4D") : short_key(groups.front())) + "/" +
         short_key(key) + "…";
}

// Finds GROUP/PERSON.
PersonFinder::Found PersonFinder::in_group(std::string_view text) {
  const size_t slash = text.find('/');
  std::vector<Key> fitting = groups_();
  std::erase_if(fitting,
                [&](const Key& group) { return !has_prefix(group, text.substr(0, slash)); });
  if (fitting.size() == 1) return find(text.substr(slash + 1), fitting.front());
  const std::string typed = printable(text.substr(0, slash));
  if (fitting.empty()) return "there is no group " + typed + "; for a list: groups";
  std::string problem = typed + " could be any of these groups; give more digits:";
  for (const Key& group : fitting) problem += "\n" + to_hex(group);
  return problem;
}

PersonFinder::Found PersonFinder::find(std::string_view text, const std::optional<Key>& chat_id) {
  if (text.starts_with('@') && text.size() > 1) {
    const std::string_view nick = text.substr(1);
    return choose(candidates(chat_id, [&](const Candidate& one) { return one.nick == nick; }), text,
                  chat_id);
  }
  if (!chat_id && text.find('/') != std::string_view::npos) return in_group(text);
  if (text.size() < kLeastPrefix || text.size() > 64 || !is_hex(text)) {
    return "I don't know \"" + printable(text) + "\"; " + how_to_name(chat_id);
  }
  const auto found =
      candidates(chat_id, [&](const Candidate& one) { return has_prefix(one.person.key, text); });
  if (const auto key = parse_key(text); key && found.empty()) return unseen(*key, chat_id);
  return choose(found, text, chat_id);
}

std::string PersonFinder::name(const Person& person) {
  std::string nick;
  for (const PresentPerson& one : present_(person.chat_id)) {
    if (one.person == person) nick = one.nick;
  }
  if (nick.empty()) {
    if (const auto record = store_.find(person)) nick = record->nick;
  }
  return nick.empty() ? short_key(person.key)
                      : printable(nick) + " (" + short_key(person.key) + ")";
}

Role PersonFinder::role(const Person& person) const {
  for (const PresentPerson& one : present_(person.chat_id)) {
    if (one.person == person) return one.role;
  }
  return Role::kObserver;
}

}  // namespace ngcshare
