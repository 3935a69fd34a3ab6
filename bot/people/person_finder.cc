#include "bot/people/person_finder.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "bot/base/lookalike.h"
#include "bot/base/printable.h"
#include "bot/base/units.h"
#include "bot/base/words.h"
#include "protocol/base/text.h"

namespace ngcshare {
namespace {

using storage::NicknameRecord;
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

// Returns everybody who is known once, people who are present first. They are known by the current
// nickname only.
PersonFinder::Candidates PersonFinder::everybody(const std::optional<Key>& chat_id) {
  Candidates found;
  if (refresh_) refresh_();
  std::map<Person, size_t> places;
  for (const PresentPerson& one : present_(chat_id)) {
    if (places.emplace(one.person, found.size()).second)
      found.push_back({one.person, one.nick, true});
  }
  for (const Key& group : chat_id ? std::vector<Key>{*chat_id} : groups_()) {
    for (const auto& record : store_.list(group, kMostRemembered)) {
      const auto [place, is_new] = places.emplace(record.person, found.size());
      if (is_new) found.push_back({record.person, record.nick});
      // While somebody's connection is lost, toxcore does not know the nickname.
      std::string& nick = found[place->second].nick;
      if (nick.empty()) nick = record.nick;
    }
  }
  return found;
}

// Returns all who have a nickname that looks like `nick`, then those who have had one; of both, the
// ones first who have had it longest, so that a crowd cannot push them off the list.
PersonFinder::Candidates PersonFinder::like(std::string_view nick,
                                            const std::optional<Key>& chat_id) {
  const std::u32string look = appearance(nick);
  const Candidates all = everybody(chat_id);
  std::map<Person, std::vector<NicknameRecord>> alike;
  for (const Key& group : chat_id ? std::vector<Key>{*chat_id} : groups_()) {
    for (NicknameRecord& record : store_.nicknames(group)) {
      if (appearance(record.nick) == look) alike[record.person].push_back(std::move(record));
    }
  }
  Candidates found;
  for (Candidate one : all) {
    const auto& records = alike[one.person];
    const bool has_it = !one.nick.empty() && appearance(one.nick) == look;
    const auto record = std::find_if(records.begin(), records.end(), [&](const auto& each) {
      return !has_it || each.nick == one.nick;
    });
    if (record != records.end()) one.since = record->since;
    if (record != records.end() && !has_it) one.once = record->nick;
    if (has_it || !one.once.empty()) found.push_back(std::move(one));
  }
  std::stable_sort(found.begin(), found.end(), [](const Candidate& left, const Candidate& right) {
    if (left.once.empty() != right.once.empty()) return left.once.empty();
    return left.since.value_or(INT64_MAX) < right.since.value_or(INT64_MAX);
  });
  return found;
}

std::string PersonFinder::describe(const Candidate& candidate) const {
  std::string text = trusted_digits(candidate.person.key);
  if (!candidate.nick.empty()) text = printable(candidate.nick) + " " + text;
  if (!candidate.once.empty()) text += ", once called " + printable(candidate.once);
  if (candidate.since) {
    text += (candidate.once.empty() ? ", called so since " : ", first on ") +
            format_time(*candidate.since);
  }
  if (groups_().size() > 1) text += " in group " + short_key(candidate.person.chat_id);
  return text + (candidate.present ? "" : " (not here now)");
}

std::string PersonFinder::list(const Candidates& candidates) const {
  std::string text;
  for (size_t i = 0; i < std::min(candidates.size(), kMostCandidates); ++i) {
    text += "\n" + describe(candidates[i]);
  }
  if (candidates.size() > kMostCandidates) {
    text += "\nand " + std::to_string(candidates.size() - kMostCandidates) + " more";
  }
  return text;
}

// The example names a person who is present, so that it works if it is repeated.
std::string PersonFinder::unknown(std::string_view text, const std::optional<Key>& chat_id,
                                  Purpose purpose) {
  const size_t digits = purpose == Purpose::kGive ? kTrustedDigits : kLeastPrefix;
  const std::string how = "I don't know \"" + printable(text) + "\"; use @NICK, or " +
                          std::to_string(digits) + " or more digits of a key, for example ";
  const auto present = present_(chat_id);
  if (present.empty()) return how + "@alice or 1A2B3C4D5E6F7A8B";
  const PresentPerson& one = present.front();
  const bool by_nick = is_visible_utf8(one.nick) && like(one.nick, chat_id).size() == 1;
  return how + (by_nick ? quote_word("@" + one.nick) + " or " : "") +
         trusted_digits(one.person.key);
}

PersonFinder::Found PersonFinder::by_nick(std::string_view nick, const std::optional<Key>& chat_id,
                                          Purpose purpose) {
  const std::string typed = "@" + std::string(nick);
  const Candidates candidates = like(nick, chat_id);
  if (candidates.empty()) return unknown(typed, chat_id, purpose);
  const Candidate& first = candidates.front();
  if (candidates.size() == 1 && first.nick == nick && is_visible_utf8(nick)) return first.person;
  const std::string shown = printable(typed);
  if (!is_visible_utf8(nick)) {
    return shown +
           " has characters that cannot be seen; use the digits of the key:" + list(candidates);
  }
  const bool somebody_has_it = std::any_of(candidates.begin(), candidates.end(),
                                           [&](const auto& one) { return one.nick == nick; });
  return (somebody_has_it ? shown +
                                " is, was or looks like the nickname of each of these; use the "
                                "digits of the key:"
                          : "nobody is called " + shown +
                                " now; use the digits of the key if you mean one of these:") +
         list(candidates);
}

// Accepts a key that was never seen, so that its owner can be given a rule before joining.
PersonFinder::Found PersonFinder::unseen(const Key& key, const std::optional<Key>& chat_id) const {
  if (chat_id) return Person{*chat_id, key};
  const auto groups = groups_();
  if (groups.size() == 1) return Person{groups.front(), key};
  return "I have never seen that key, and there are several groups; write GROUP/KEY with the first "
         "digits of the chat id, for example " +
         (groups.empty() ? std::string("1A2B3C4D") : short_key(groups.front())) + "/" +
         trusted_digits(key) + "…";
}

PersonFinder::Found PersonFinder::by_digits(std::string_view digits,
                                            const std::optional<Key>& chat_id, Purpose purpose) {
  Candidates found = everybody(chat_id);
  std::erase_if(found, [&](const Candidate& one) { return !has_prefix(one.person.key, digits); });
  if (const auto key = parse_key(digits); key && found.empty()) return unseen(*key, chat_id);
  if (found.empty()) return unknown(digits, chat_id, purpose);
  const std::string typed(digits);
  if (found.size() > 1) return typed + " could be any of these; use more digits:" + list(found);
  if (purpose == Purpose::kGive && digits.size() < kTrustedDigits) {
    return typed +
           " is too short to give somebody a right, because anybody can make a key that "
           "begins with it; use " +
           std::to_string(kTrustedDigits) + " or more digits:" + list(found);
  }
  return found.front().person;
}

// Finds GROUP/PERSON.
PersonFinder::Found PersonFinder::in_group(std::string_view text, Purpose purpose) {
  const size_t slash = text.find('/');
  std::vector<Key> fitting = groups_();
  std::erase_if(fitting,
                [&](const Key& group) { return !has_prefix(group, text.substr(0, slash)); });
  if (fitting.size() == 1) return find(text.substr(slash + 1), fitting.front(), purpose);
  const std::string typed = printable(text.substr(0, slash));
  if (fitting.empty()) return "there is no group " + typed + "; for a list: groups";
  std::string problem = typed + " could be any of these groups; give more digits:";
  for (const Key& group : fitting) problem += "\n" + to_hex(group);
  return problem;
}

bool PersonFinder::is_nick(std::string_view text) {
  return text.starts_with('@') || text.find("/@") != std::string_view::npos;
}

PersonFinder::Found PersonFinder::find(std::string_view text, const std::optional<Key>& chat_id,
                                       Purpose purpose) {
  if (text.starts_with('@') && text.size() > 1) return by_nick(text.substr(1), chat_id, purpose);
  if (!chat_id && text.find('/') != std::string_view::npos) return in_group(text, purpose);
  const bool is_prefix = text.size() >= kLeastPrefix && text.size() <= 64 && is_hex(text);
  return is_prefix ? by_digits(text, chat_id, purpose) : unknown(text, chat_id, purpose);
}

std::string PersonFinder::name(const Person& person) {
  std::string nick;
  for (const PresentPerson& one : present_(person.chat_id)) {
    if (one.person == person) nick = one.nick;
  }
  if (nick.empty()) {
    if (const auto record = store_.find(person)) nick = record->nick;
  }
  const std::string digits = trusted_digits(person.key);
  return nick.empty() ? digits : printable(nick) + " (" + digits + ")";
}

std::string PersonFinder::introduction(const Person& person) {
  const Candidates all = everybody(person.chat_id);
  const auto one = std::find_if(all.begin(), all.end(),
                                [&](const Candidate& each) { return each.person == person; });
  const std::string nick = one == all.end() ? "" : one->nick;
  std::string text = printable(nick) + " has the key " + trusted_digits(person.key);
  for (const NicknameRecord& record : store_.nicknames(person.chat_id)) {
    if (record.person != person || record.nick != nick) continue;
    return text + ", which has had this nickname since " + format_time(record.since);
  }
  return text + ", which was never seen with this nickname before";
}

Role PersonFinder::role(const Person& person) const {
  for (const PresentPerson& one : present_(person.chat_id)) {
    if (one.person == person) return one.role;
  }
  return Role::kObserver;
}

}  // namespace ngcshare
