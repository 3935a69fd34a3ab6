// Helpers shared by several groups of commands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "bot/base/printable.h"
#include "bot/commands/commands.h"
#include "bot/services/records.h"

namespace ngcshare {

// Returns the service, or nullopt if there is none or it is not offered in the asker's group.
inline std::optional<storage::ServiceRecord> find_here(const ServiceCatalog& services,
                                                       std::string_view name, const Asker& asker) {
  auto record = services.find(name);
  const bool elsewhere = record && asker.chat_id && !is_offered_in(*record, *asker.chat_id);
  return elsewhere ? std::nullopt : record;
}

// Returns true if the asker may change the service and see all of it.
inline bool manages(const Asker& asker, const storage::ServiceRecord& record) {
  return Access::manages(asker.level, asker.chat_id, record);
}

// Returns the service that the first word names. REQUIRES: the command is of kOfService.
inline storage::ServiceRecord named_service(const Commands::Context& context, const Words& words) {
  return context.services.find(words[0]).value();
}

inline Answer unknown_service(std::string_view name) {
  return refuse("nothing called " + printable(name) + " is shared here; for a list: services");
}

// Returns the end of a refusal that shows how an owner can give the asker the level.
inline std::string how_to_rise(const Asker& asker, Level level) {
  if (!asker.key) return "";
  return "; an owner can change that, for example: admin add " + trusted_digits(*asker.key) +
         (level == Level::kOwner ? " owner" : "");
}

// Joins the words from index `from` on with spaces.
inline std::string join_text(const Words& words, size_t from) {
  std::string text;
  for (size_t i = from; i < words.size(); ++i) text += (i > from ? " " : "") + words[i];
  return text;
}

// Calls `act` with the person that `text` names, or refuses with the reason why nobody was found.
inline Answer with_person(const Commands::Context& context, std::string_view text,
                          const Asker& asker,
                          const std::function<Answer(const storage::Person&)>& act,
                          PersonFinder::Purpose purpose = PersonFinder::Purpose::kAny) {
  const auto found = context.people.find(text, asker.chat_id, purpose);
  if (const auto* problem = std::get_if<std::string>(&found)) return refuse(*problem);
  return act(std::get<storage::Person>(found));
}

// Returns the group that the gateway is in with that name or these first digits, or the reason why
// none was found. REQUIRES: context.program is there.
std::variant<Key, std::string> find_group(const Commands::Context& context,
                                          const std::string& typed);

inline Command with_doubt(Command command, Command::Doubt doubt) {
  command.doubt = std::move(doubt);
  return command;
}

// Returns what is to be confirmed before the person that `text` names is given something: the key
// behind a nickname, because anybody can take any nickname. Returns nullopt for a key, if nobody is
// found, and if `gains` is given and false for the person.
inline std::optional<std::string> who_is_meant(
    const Commands::Context& context, std::string_view text, const Asker& asker,
    const std::function<bool(const storage::Person&)>& gains = {}) {
  if (!PersonFinder::is_nick(text)) return std::nullopt;
  const auto found = context.people.find(text, asker.chat_id, PersonFinder::Purpose::kGive);
  const auto* person = std::get_if<storage::Person>(&found);
  if (person == nullptr || (gains && !gains(*person))) return std::nullopt;
  return context.people.introduction(*person);
}

}  // namespace ngcshare
