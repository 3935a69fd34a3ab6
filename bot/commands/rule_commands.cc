// Commands that decide who may use a service.
#include <algorithm>

#include "bot/base/words.h"
#include "bot/commands/commands.h"
#include "bot/commands/helpers.h"

namespace ngcshare {
namespace {

using storage::Person;
using Purpose = PersonFinder::Purpose;
using storage::RuleEffect;
using storage::ServicePolicy;
using storage::ServiceRecord;

Answer set_rule(const Commands::Context& context, const Words& words, const Asker& asker,
                RuleEffect effect) {
  const ServiceRecord record = named_service(context, words);
  const bool allow = effect == RuleEffect::kAllow;
  const auto set = [&](const Person& person) -> Answer {
    context.access.set_rule({.service_id = record.id,
                             .person = person,
                             .effect = effect,
                             .made = {context.now(), asker.key}});
    context.services.review();
    return {.text =
                context.people.name(person) + (allow ? " may use " : " may not use ") + words[0]};
  };
  return with_person(context, words[1], asker, set, allow ? Purpose::kGive : Purpose::kAny);
}

std::string text_of(const Commands::Context& context, const ServiceRecord& record,
                    const Asker& asker) {
  std::string text = record.name + ": ";
  text += record.policy == ServicePolicy::kMembers ? "for all members" : "only for people allowed";
  text += record.observers ? ", including observers" : ", not for observers";
  for (const auto& rule : context.access.rules(record.id)) {
    if (asker.chat_id && rule.person.chat_id != *asker.chat_id) continue;
    text += "\n";
    text += rule.effect == RuleEffect::kAllow ? "allow " : "deny ";
    text += context.people.name(rule.person);
  }
  return text;
}

// Carries out: acl NAME clear PERSON.
Answer clear_rule(const Commands::Context& context, const ServiceRecord& record,
                  const std::string& who, const Asker& asker) {
  const auto clear = [&](const Person& person) -> Answer {
    const std::string name = context.people.name(person);
    if (!context.access.clear_rule(record.id, person)) {
      return refuse("there is no rule for " + name + "; to see all rules: acl " +
                    quote_word(record.name));
    }
    context.services.review();
    return {.text = "removed the rule for " + name};
  };
  return with_person(context, who, asker, clear, Purpose::kGive);
}

Answer acl(const Commands::Context& context, const Words& words, const Asker& asker) {
  ServiceRecord record = named_service(context, words);
  if (words.size() == 1) return {.text = text_of(context, record, asker)};
  const std::string& what = words[1];
  if (words.size() == 2 && (what == "members" || what == "list")) {
    record.policy = what == "list" ? ServicePolicy::kList : ServicePolicy::kMembers;
  } else if (words.size() == 3 && what == "observers" && (words[2] == "on" || words[2] == "off")) {
    record.observers = words[2] == "on";
  } else if (words.size() == 3 && what == "clear") {
    return clear_rule(context, record, words[2], asker);
  } else {
    return refuse(
        "usage: acl NAME members, acl NAME list, acl NAME observers on|off or acl NAME clear "
        "PERSON, for example: acl " +
        quote_word(words[0]) + " list");
  }
  context.services.change(record);
  return {.text = text_of(context, record, asker)};
}

}  // namespace

std::vector<Command> access_commands(const Commands::Context& context) {
  const auto rule = [&context](RuleEffect effect) {
    return [&context, effect](const Words& words, const Asker& asker) {
      return set_rule(context, words, asker, effect);
    };
  };
  const auto shown_or_set = [&context](const Words& words, const Asker& asker) {
    return acl(context, words, asker);
  };
  const auto allowed = [&context](const Words& words, const Asker& asker) {
    return who_is_meant(context, words[1], asker);
  };
  const auto cleared = [&context](const Words& words, const Asker& asker) {
    if (words.size() < 3 || words[1] != "clear") return std::optional<std::string>();
    const auto rules = context.access.rules(named_service(context, words).id);
    return who_is_meant(context, words[2], asker, [&](const Person& person) {
      return std::any_of(rules.begin(), rules.end(),
                         [&](const auto& one) { return one.person == person; });
    });
  };
  return {
      with_doubt({"allow", "NAME PERSON", Level::kGroupAdmin, 2, 2, Command::kOfService,
                  "lets a person use a service, even one that is only for people allowed",
                  "allow minecraft @alice", rule(RuleEffect::kAllow)},
                 allowed),
      {"deny", "NAME PERSON", Level::kGroupAdmin, 2, 2, Command::kOfService,
       "keeps a person from using a service", "deny minecraft @bob", rule(RuleEffect::kDeny)},
      with_doubt({"acl", "NAME [members|list|observers on|observers off|clear PERSON]",
                  Level::kGroupAdmin, 1, 3, Command::kOfService,
                  "shows or sets who may use a service", "acl minecraft list", shown_or_set},
                 cleared),
  };
}

}  // namespace ngcshare
