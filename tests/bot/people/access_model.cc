#include "tests/bot/people/access_model.h"

#include <algorithm>
#include <limits>

#include "storage/stores/group_store.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::test {
namespace {

using storage::AdminRole;
using storage::RuleEffect;
using storage::ServicePolicy;
using Kind = Step::Kind;

constexpr auto kForEver = std::numeric_limits<std::int64_t>::max();

int group_of(int person) { return person % 2; }

std::string fact(const char* what, int first, int second, const std::string& is) {
  return what + std::string(" ") + std::to_string(first) + " " + std::to_string(second) + " " + is;
}

int number_of(const Person& person) {
  for (int number = 0; number < kPeople; ++number) {
    if (person_of(number) == person) return number;
  }
  return -1;
}

const char* text_of(RoleChange change) {
  switch (change) {
    case RoleChange::kDone:
      return "done";
    case RoleChange::kUnchanged:
      return "unchanged";
    case RoleChange::kLastOwner:
      return "last owner";
    case RoleChange::kBanned:
      return "banned";
    case RoleChange::kOwnerByFlag:
      break;
  }
  return "?";
}

const char* text_of(Level level) {
  switch (level) {
    case Level::kBanned:
      return "banned";
    case Level::kMember:
      return "member";
    case Level::kGroupAdmin:
      return "group admin";
    case Level::kAdmin:
      return "admin";
    case Level::kOwner:
      return "owner";
  }
  return "?";
}

const char* yes_or_no(bool yes) { return yes ? "yes" : "no"; }

}  // namespace

Person person_of(int number) {
  return {storage::key_of(static_cast<std::uint8_t>(1 + group_of(number))),
          storage::key_of(static_cast<std::uint8_t>(10 + number / 2))};
}

std::string service_name(int number) { return "service " + std::to_string(number); }

Step::Step(std::uint64_t number) {
  SeededEntropy random(number * 0x9E3779B97F4A7C15ULL);
  const auto below = [&](std::uint64_t end) { return static_cast<int>(random.below(end)); };
  // Rules change most often. Services are removed rarely, so that rules accumulate.
  constexpr Kind kKinds[] = {Kind::kOwner, Kind::kAdmin,   Kind::kRevoke,  Kind::kBan,
                             Kind::kBan,   Kind::kUnban,   Kind::kLapse,   Kind::kRule,
                             Kind::kRule,  Kind::kRule,    Kind::kRule,    Kind::kClear,
                             Kind::kClear, Kind::kService, Kind::kService, Kind::kGone};
  kind = kKinds[below(std::size(kKinds))];
  person = below(kPeople);
  service = below(kServices);
  flag = below(2) == 0;
  now = static_cast<std::int64_t>(number) * 10;
  if (below(2) == 0) until = now + below(300);
  enabled = below(4) != 0;
  list = below(2) == 0;
  observers = below(2) == 0;
  one_group = below(3) == 0;
}

// -- the model --------------------------------------------------------------------------

std::string Model::change_role(const Step& step, const std::string& role) {
  const auto owners = std::count_if(roles_.begin(), roles_.end(),
                                    [](const auto& entry) { return entry.second == "owner"; });
  const auto found = roles_.find(step.person);
  const std::string before = found == roles_.end() ? "" : found->second;
  if (before == role) return "unchanged";
  if (!role.empty() && banned(step.person, step.now)) return "banned";
  if (before == "owner" && owners == 1) return "last owner";
  roles_.erase(step.person);
  if (!role.empty()) roles_[step.person] = role;
  return "done";
}

std::string Model::apply(const Step& step) {
  const auto is_owner = roles_.contains(step.person) && roles_.at(step.person) == "owner";
  switch (step.kind) {
    case Kind::kOwner:
      return change_role(step, "owner");
    case Kind::kAdmin:
      return change_role(step, "admin");
    case Kind::kRevoke:
      return change_role(step, "");
    case Kind::kBan:
      if (is_owner) return "no";
      bans_[step.person] = step.until.value_or(kForEver);
      return "yes";
    case Kind::kUnban:
      return yes_or_no(bans_.erase(step.person) > 0);
    case Kind::kLapse:
      return std::to_string(
          std::erase_if(bans_, [&](const auto& entry) { return entry.second <= step.now; }));
    case Kind::kRule:
      if (!services_.contains(step.service)) return "none";
      rules_[{step.service, step.person}] = step.flag ? "allow" : "deny";
      return "";
    case Kind::kClear:
      if (!services_.contains(step.service)) return "none";
      return yes_or_no(rules_.erase({step.service, step.person}) > 0);
    case Kind::kService:
      services_[step.service] = {step.enabled, step.list, step.observers, step.one_group};
      return "";
    case Kind::kGone:
      std::erase_if(rules_, [&](const auto& entry) { return entry.first.first == step.service; });
      return yes_or_no(services_.erase(step.service) > 0);
  }
  return "?";
}

bool Model::banned(int person, std::int64_t now) const {
  if (roles_.contains(person) && roles_.at(person) == "owner") return false;
  return bans_.contains(person) && bans_.at(person) > now;
}

std::string Model::level(int person, int role, std::int64_t now) const {
  const std::string own = roles_.contains(person) ? roles_.at(person) : "";
  if (own == "owner") return "owner";
  if (banned(person, now)) return "banned";
  if (own == "admin") return "admin";
  const bool leads = role < 2;  // 0 is the founder, 1 a moderator
  return leads && group_of(person) == 0 ? "group admin" : "member";
}

std::string Model::decide(int service, int person, int role, std::int64_t now) const {
  const Service& is = services_.at(service);
  if (!is.enabled) return "disabled";
  if (is.one_group && group_of(person) != 0) return "other group";
  if (banned(person, now)) return "banned";
  const auto rule = rules_.find({service, person});
  if (rule != rules_.end() && rule->second == "deny") return "denied";
  if (rule != rules_.end() && rule->second == "allow") return "allowed";
  if (is.list) return "not listed";
  return role == 3 && !is.observers ? "observer" : "allowed";
}

Facts Model::facts(std::int64_t now) const {
  Facts facts;
  for (const auto& [person, role] : roles_) facts.insert(fact("role", person, 0, role));
  for (const auto& [person, until] : bans_) {
    facts.insert(fact("ban", person, 0, std::to_string(until)));
  }
  for (const auto& [key, effect] : rules_) {
    facts.insert(fact("rule", key.first, key.second, effect));
  }
  for (int person = 0; person < kPeople; ++person) {
    for (int role = 0; role < kRoles; ++role) {
      facts.insert(fact("level", person, role, level(person, role, now)));
      for (const auto& [service, is] : services_) {
        facts.insert(
            fact("decision", service * kPeople + person, role, decide(service, person, role, now)));
      }
    }
  }
  return facts;
}

// -- the engine -------------------------------------------------------------------------

World::World(const std::filesystem::path& path)
    : database_(path), store_(database_), access_(database_, {}) {
  storage::GroupRecord group = storage::sample_group(1);
  group.group_roles = true;
  storage::GroupStore(database_).put(group);
  storage::GroupStore(database_).put(storage::sample_group(2));
  access_.reread_groups();
  for (const auto& service : store_.list()) services_[service.name] = service;
}

std::optional<storage::ServiceRecord> World::find(int service) const {
  const auto found = services_.find(service_name(service));
  if (found == services_.end()) return std::nullopt;
  return found->second;
}

std::string World::put_service(const Step& step) {
  storage::ServiceRecord service = storage::sample_service(service_name(step.service));
  service.enabled = step.enabled;
  service.policy = step.list ? ServicePolicy::kList : ServicePolicy::kMembers;
  service.observers = step.observers;
  if (step.one_group) service.chat_id = person_of(0).chat_id;
  service.id = store_.put(service);
  services_[service.name] = service;
  return "";
}

std::string World::set_rule(const Step& step) {
  const auto service = find(step.service);
  if (!service) return "none";
  access_.set_rule({service->id,
                    person_of(step.person),
                    step.flag ? RuleEffect::kAllow : RuleEffect::kDeny,
                    {step.now, std::nullopt}});
  return "";
}

std::string World::clear_rule(const Step& step) {
  const auto service = find(step.service);
  if (!service) return "none";
  return yes_or_no(access_.clear_rule(service->id, person_of(step.person)));
}

// Decisions must be the same with and without forget_service().
std::string World::remove_service(const Step& step) {
  const auto service = find(step.service);
  if (!store_.remove(service_name(step.service))) return "no";
  if (step.flag) access_.forget_service(service->id);
  services_.erase(service->name);
  return "yes";
}

std::string World::apply(const Step& step) {
  const Person person = person_of(step.person);
  const storage::Stamp stamp{step.now, std::nullopt};
  switch (step.kind) {
    case Kind::kOwner:
      return text_of(access_.grant(person, AdminRole::kOwner, stamp));
    case Kind::kAdmin:
      return text_of(access_.grant(person, AdminRole::kAdmin, stamp));
    case Kind::kRevoke:
      return text_of(access_.revoke(person));
    case Kind::kBan:
      return yes_or_no(access_.ban({person, "noise", step.until, stamp}));
    case Kind::kUnban:
      return yes_or_no(access_.unban(person));
    case Kind::kLapse:
      return std::to_string(access_.lapse_bans(step.now).size());
    case Kind::kRule:
      return set_rule(step);
    case Kind::kClear:
      return clear_rule(step);
    case Kind::kService:
      return put_service(step);
    case Kind::kGone:
      return remove_service(step);
  }
  return "?";
}

Facts World::facts(std::int64_t now) {
  Facts facts;
  for (const auto& role : access_.roles()) {
    facts.insert(fact("role", number_of(role.person), 0,
                      role.role == AdminRole::kOwner ? "owner" : "admin"));
  }
  for (const auto& ban : access_.bans()) {
    facts.insert(
        fact("ban", number_of(ban.person), 0, std::to_string(ban.until.value_or(kForEver))));
  }
  for (int number = 0; number < kServices; ++number) {
    const auto service = find(number);
    if (!service) continue;
    for (const auto& rule : access_.rules(service->id)) {
      facts.insert(fact("rule", number, number_of(rule.person),
                        rule.effect == RuleEffect::kAllow ? "allow" : "deny"));
    }
    for (int person = 0; person < kPeople; ++person) {
      for (int role = 0; role < kRoles; ++role) {
        const Decision decision =
            access_.decide(*service, person_of(person), static_cast<Role>(role), now);
        facts.insert(
            fact("decision", number * kPeople + person, role, std::string(to_string(decision))));
      }
    }
  }
  for (int person = 0; person < kPeople; ++person) {
    for (int role = 0; role < kRoles; ++role) {
      const Level level = access_.level(person_of(person), static_cast<Role>(role), now);
      facts.insert(fact("level", person, role, text_of(level)));
    }
  }
  return facts;
}

}  // namespace ngcshare::test
