#include "bot/people/access.h"

#include <algorithm>
#include <utility>

#include "bot/people/claim_token.h"
#include "storage/database/transaction.h"

namespace ngcshare {

using storage::AdminRole;
using storage::RuleEffect;
using storage::ServicePolicy;
using Outcome = ClaimResult::Outcome;

namespace {

bool has_ended(const std::optional<std::int64_t>& until, std::int64_t now) {
  return until && *until <= now;
}

}  // namespace

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::kAllowed:
      return "allowed";
    case Decision::kDisabled:
      return "disabled";
    case Decision::kOtherGroup:
      return "other group";
    case Decision::kBanned:
      return "banned";
    case Decision::kDenied:
      return "denied";
    case Decision::kNotListed:
      return "not listed";
    case Decision::kObserver:
      return "observer";
  }
  return "";
}

Access::Access(storage::Database& database, Config config)
    : config_(std::move(config)),
      database_(database),
      role_store_(database),
      ban_store_(database),
      rule_store_(database),
      claim_store_(database),
      group_store_(database) {
  reread_groups();
  for (const auto& record : role_store_.list()) roles_.emplace(record.person, record.role);
  for (const auto& ban : ban_store_.list()) bans_.emplace(ban.person, ban.until);
  rule_store_.for_each([this](const storage::RuleRecord& record) {
    rules_[record.service_id].emplace(record.person, record.effect);
  });
}

// -- questions --------------------------------------------------------------------------

Level Access::level(const Person& person, Role group_role, std::int64_t now) const {
  if (is_owner(person)) return Level::kOwner;
  if (is_banned(person, now)) return Level::kBanned;
  if (roles_.contains(person)) return Level::kAdmin;
  const bool leads = group_role == Role::kFounder || group_role == Role::kModerator;
  const bool counts = config_.group_roles && counts_roles_of(person.chat_id);
  return leads && counts ? Level::kGroupAdmin : Level::kMember;
}

bool Access::manages(Level level, const std::optional<Key>& chat_id,
                     const storage::ServiceRecord& service) {
  if (level >= Level::kAdmin) return true;
  return level == Level::kGroupAdmin && chat_id && service.chat_id == chat_id;
}

bool Access::may_share(Level level, std::span<const storage::PortRange> ports) const {
  if (level >= Level::kAdmin) return true;
  return std::all_of(ports.begin(), ports.end(), [this](const storage::PortRange& range) {
    return config_.admin_ports.contains(range.first, range.last);
  });
}

Decision Access::decide(const storage::ServiceRecord& service, const Person& person,
                        Role group_role, std::int64_t now) const {
  if (!service.enabled) return Decision::kDisabled;
  if (service.chat_id && *service.chat_id != person.chat_id) return Decision::kOtherGroup;
  if (is_banned(person, now)) return Decision::kBanned;
  if (const auto effect = rule(service.id, person)) {
    return *effect == RuleEffect::kAllow ? Decision::kAllowed : Decision::kDenied;
  }
  if (service.policy == ServicePolicy::kList) return Decision::kNotListed;
  if (group_role == Role::kObserver && !service.observers) return Decision::kObserver;
  return Decision::kAllowed;
}

bool Access::is_owner(const Person& person) const {
  if (config_.owners.contains(person.key)) return true;
  const auto found = roles_.find(person);
  return found != roles_.end() && found->second == AdminRole::kOwner;
}

bool Access::has_owner() const {
  return !config_.owners.empty() ||
         std::any_of(roles_.begin(), roles_.end(),
                     [](const auto& entry) { return entry.second == AdminRole::kOwner; });
}

bool Access::is_last_owner(const Person& person) const {
  if (!config_.owners.empty() || !is_owner(person)) return false;
  return std::count_if(roles_.begin(), roles_.end(),
                       [](const auto& entry) { return entry.second == AdminRole::kOwner; }) == 1;
}

bool Access::is_banned(const Person& person, std::int64_t now) const {
  const auto found = bans_.find(person);
  return found != bans_.end() && !has_ended(found->second, now) && !is_owner(person);
}

std::optional<RuleEffect> Access::rule(std::int64_t service_id, const Person& person) const {
  const auto rules = rules_.find(service_id);
  if (rules == rules_.end()) return std::nullopt;
  const auto found = rules->second.find(person);
  if (found == rules->second.end()) return std::nullopt;
  return found->second;
}

// -- roles ------------------------------------------------------------------------------

bool Access::count_roles_of(const Key& chat_id, bool on) {
  if (!group_store_.set_group_roles(chat_id, on)) return false;
  if (on) {
    groups_with_roles_.insert(chat_id);
  } else {
    groups_with_roles_.erase(chat_id);
  }
  return true;
}

void Access::reread_groups() {
  std::set<Key> with_roles;
  for (const auto& group : group_store_.list()) {
    if (group.group_roles) with_roles.insert(group.chat_id);
  }
  groups_with_roles_ = std::move(with_roles);
}

RoleChange Access::grant(const Person& person, AdminRole role, const storage::Stamp& stamp) {
  const auto found = roles_.find(person);
  if (found != roles_.end() && found->second == role) return RoleChange::kUnchanged;
  if (is_banned(person, stamp.at)) return RoleChange::kBanned;
  if (role != AdminRole::kOwner) {
    if (config_.owners.contains(person.key)) return RoleChange::kOwnerByFlag;
    if (is_last_owner(person)) return RoleChange::kLastOwner;
  }
  role_store_.put({person, role, stamp});
  roles_.insert_or_assign(person, role);
  return RoleChange::kDone;
}

RoleChange Access::revoke(const Person& person) {
  if (config_.owners.contains(person.key)) return RoleChange::kOwnerByFlag;
  if (!roles_.contains(person)) return RoleChange::kUnchanged;
  if (is_last_owner(person)) return RoleChange::kLastOwner;
  role_store_.remove(person);
  roles_.erase(person);
  return RoleChange::kDone;
}

std::vector<storage::RoleRecord> Access::roles() { return role_store_.list(); }

// -- bans -------------------------------------------------------------------------------

bool Access::ban(const storage::BanRecord& ban) {
  if (is_owner(ban.person)) return false;
  ban_store_.put(ban);
  bans_.insert_or_assign(ban.person, ban.until);
  return true;
}

bool Access::unban(const Person& person) {
  const bool removed = ban_store_.remove(person);
  bans_.erase(person);
  return removed;
}

std::vector<Person> Access::lapse_bans(std::int64_t now) {
  std::vector<Person> freed;
  for (const auto& [person, until] : bans_) {
    if (has_ended(until, now)) freed.push_back(person);
  }
  if (freed.empty()) return freed;
  storage::Transaction transaction(database_);
  for (const Person& person : freed) ban_store_.remove(person);
  transaction.commit();
  for (const Person& person : freed) bans_.erase(person);
  return freed;
}

std::optional<storage::BanRecord> Access::ban_of(const Person& person, std::int64_t now) {
  if (!is_banned(person, now)) return std::nullopt;
  return ban_store_.find(person);
}

std::vector<storage::BanRecord> Access::bans() { return ban_store_.list(); }

// -- rules of a service -----------------------------------------------------------------

void Access::set_rule(const storage::RuleRecord& rule) {
  rule_store_.put(rule);
  rules_[rule.service_id].insert_or_assign(rule.person, rule.effect);
}

bool Access::clear_rule(std::int64_t service_id, const Person& person) {
  const bool removed = rule_store_.remove(service_id, person);
  if (const auto rules = rules_.find(service_id); rules != rules_.end()) {
    rules->second.erase(person);
  }
  return removed;
}

std::vector<storage::RuleRecord> Access::rules(std::int64_t service_id) {
  return rule_store_.list(service_id);
}

// -- the first owner --------------------------------------------------------------------

std::string Access::issue_claim_token(Entropy& entropy, std::int64_t now) {
  std::string token = draw_claim_token(entropy);
  claim_store_.put({.hash = hash_claim_token(token),
                    .created_at = now,
                    .expires_at = now + kClaimSeconds,
                    .tries_left = kClaimTries});
  return token;
}

ClaimResult Access::claim(std::string_view token, const Person& person, std::int64_t now) {
  auto issued = claim_store_.find();
  if (!issued) return {Outcome::kNone};
  if (issued->tries_left == 0) return {Outcome::kUsed};
  // A clock that was set back must not extend the token's life.
  if (now >= issued->expires_at || now < issued->created_at) return {Outcome::kExpired};
  if (same_hash(hash_claim_token(token), issued->hash)) {
    issued->tries_left = 0;
    make_owner(person, *issued, now);
    return {Outcome::kOwner};
  }
  --issued->tries_left;
  claim_store_.put(*issued);
  return {Outcome::kWrong, issued->tries_left};
}

bool Access::void_claim_token_in(std::string_view text) {
  const auto said = possible_claim_tokens(text);
  if (said.empty()) return false;
  auto issued = claim_store_.find();
  if (!issued || issued->tries_left == 0) return false;
  const bool was_said = std::any_of(said.begin(), said.end(), [&](std::string_view one) {
    return same_hash(hash_claim_token(one), issued->hash);
  });
  if (!was_said) return false;
  issued->tries_left = 0;
  claim_store_.put(*issued);
  return true;
}

void Access::make_owner(const Person& person, const storage::ClaimRecord& token, std::int64_t now) {
  storage::Transaction transaction(database_);
  claim_store_.put(token);
  ban_store_.remove(person);
  role_store_.put({person, AdminRole::kOwner, {now, std::nullopt}});
  transaction.commit();
  bans_.erase(person);
  roles_.insert_or_assign(person, AdminRole::kOwner);
}

}  // namespace ngcshare
