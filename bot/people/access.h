// Decides who may do and use what. All facts are in memory, read from the database once; a change
// is written to disk before it takes effect in memory, so that a StorageError leaves both as they
// were.
//
// The gateway owns the services and passes them in with each question. It must call
// forget_service() when one is removed, and ask again for the people whom a change concerns.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bot/base/group_role.h"
#include "bot/base/key.h"
#include "bot/base/port_set.h"
#include "bot/people/level.h"
#include "protocol/base/entropy.h"
#include "storage/database/database.h"
#include "storage/stores/ban_store.h"
#include "storage/stores/claim_store.h"
#include "storage/stores/group_store.h"
#include "storage/stores/role_store.h"
#include "storage/stores/rule_store.h"
#include "storage/values/person.h"
#include "storage/values/service_record.h"

namespace ngcshare {

using storage::Person;

enum class Decision {
  kAllowed,
  kDisabled,    // the service is off, for everybody
  kOtherGroup,  // the service is shared in another group only
  kBanned,
  kDenied,     // a rule denies it
  kNotListed,  // the service admits only people with an allow rule
  kObserver,   // the service does not admit the group's observers
};

// Returns one or two words for logs and metric labels, such as "banned" or "not listed".
std::string_view to_string(Decision decision);

enum class RoleChange {
  kDone,
  kUnchanged,    // nothing to do
  kLastOwner,    // refused: there would be no owner left
  kOwnerByFlag,  // refused: --owner makes them an owner
  kBanned,       // refused: must be unbanned first
};

struct ClaimResult {
  enum class Outcome {
    kOwner,    // the person is an owner now, and no longer banned
    kWrong,    // `tries_left` tries remain
    kExpired,  // the issued token has expired, whether the given one was right or not
    kUsed,     // somebody has claimed it, or no tries remain
    kNone,     // no token was ever issued
  };
  Outcome outcome = Outcome::kNone;
  std::uint32_t tries_left = 0;

  friend bool operator==(const ClaimResult&, const ClaimResult&) = default;
};

// Times are unix seconds. A ban with an end is in force until then. A ban overrides a rule, and a
// rule (a person has one per service) overrides the service's policy. Owners cannot be banned, but
// no role by itself gives access to a service.
class Access {
 public:
  struct Config {
    std::set<Key> owners = {};  // --owner: public keys of people who are owners in every group
    bool group_roles = true;    // false: a group's roles count nowhere
    PortSet admin_ports = {};   // those which group admins may share
  };

  static constexpr std::int64_t kClaimSeconds = 3600;
  static constexpr std::uint32_t kClaimTries = 5;

  // REQUIRES: is destroyed before `database`; no other object writes roles, group roles, bans,
  // rules or claims. Throws StorageError, as do all functions below that are not const.
  Access(storage::Database& database, Config config);

  // Replaces the configuration. The caller must then review what peers are offered.
  void configure(Config config) { config_ = std::move(config); }

  // -- questions, which never touch the disk --------------------------------------------
  // Returns the level at this gateway; what a group admin may do depends on the service
  // (manages()). REQUIRES: `group_role` is kObserver if it is not known.
  Level level(const Person& person, Role group_role, std::int64_t now) const;
  // Returns true if a person of that level, met in that group or (nullopt) outside of groups, may
  // change the service. A group admin may change only what is shared in that group alone.
  static bool manages(Level level, const std::optional<Key>& chat_id,
                      const storage::ServiceRecord& service);
  // Returns true if a person of that level, who may share services, may share these ports.
  bool may_share(Level level, std::span<const storage::PortRange> ports) const;
  // Returns true if there is an owner, by role or by the command line.
  bool has_owner() const;
  // REQUIRES: the service is stored.
  Decision decide(const storage::ServiceRecord& service, const Person& person, Role group_role,
                  std::int64_t now) const;

  // -- roles ----------------------------------------------------------------------------
  // Returns true if the group's founder and moderators are group admins, unless the Config says no.
  bool counts_roles_of(const Key& chat_id) const { return groups_with_roles_.contains(chat_id); }
  // Returns false if the group is not stored.
  bool count_roles_of(const Key& chat_id, bool on);
  // Must be called when a group was founded or left.
  void reread_groups();
  // Replaces the person's role. Results other than kDone mean that nothing changed.
  RoleChange grant(const Person& person, storage::AdminRole role, const storage::Stamp& stamp);
  RoleChange revoke(const Person& person);
  std::vector<storage::RoleRecord> roles();  // owners first; without roles by --owner or group role

  // -- bans -----------------------------------------------------------------------------
  // Replaces the person's ban. Returns false, with nothing changed, for an owner.
  bool ban(const storage::BanRecord& ban);
  bool unban(const Person& person);  // returns false if there was no ban
  // Removes ended bans and returns the persons, so that the caller can review their offers and
  // connections.
  std::vector<Person> lapse_bans(std::int64_t now);
  // Returns the ban that is in force, with its reason, or nullopt if the person is not banned.
  std::optional<storage::BanRecord> ban_of(const Person& person, std::int64_t now);
  std::vector<storage::BanRecord> bans();  // newest first, including ended ones not yet removed

  // -- rules of a service ---------------------------------------------------------------
  // Replaces the person's rule for the service. REQUIRES: the service is stored.
  void set_rule(const storage::RuleRecord& rule);
  // Returns false if there was no rule.
  bool clear_rule(std::int64_t service_id, const Person& person);
  std::vector<storage::RuleRecord> rules(std::int64_t service_id);
  // Must be called when the service, and its rules with it, was removed from the store.
  void forget_service(std::int64_t service_id) { rules_.erase(service_id); }

  // -- the first owner ------------------------------------------------------------------
  // Returns a new token, which replaces the one before and is valid for kClaimSeconds, kClaimTries
  // and one person. It is a secret and cannot be shown again.
  std::string issue_claim_token(Entropy& entropy, std::int64_t now);
  ClaimResult claim(std::string_view token, const Person& person, std::int64_t now);
  // Voids the token if the text, which everybody could read, contains it. Returns whether it did.
  bool void_claim_token_in(std::string_view text);

 private:
  bool is_owner(const Person& person) const;
  bool is_last_owner(const Person& person) const;
  bool is_banned(const Person& person, std::int64_t now) const;
  std::optional<storage::RuleEffect> rule(std::int64_t service_id, const Person& person) const;
  void make_owner(const Person& person, const storage::ClaimRecord& token, std::int64_t now);

  template <class Value>
  using ByPerson = std::unordered_map<Person, Value, storage::PersonHash>;

  Config config_;
  storage::Database& database_;
  storage::RoleStore role_store_;
  storage::BanStore ban_store_;
  storage::RuleStore rule_store_;
  storage::ClaimStore claim_store_;
  storage::GroupStore group_store_;

  std::set<Key> groups_with_roles_;
  ByPerson<storage::AdminRole> roles_;
  ByPerson<std::optional<std::int64_t>> bans_;                             // when the ban ends
  std::unordered_map<std::int64_t, ByPerson<storage::RuleEffect>> rules_;  // by the service's id
};

}  // namespace ngcshare
