// Who may do and use what. Everything that a decision needs is in memory, read from the database
// once; a change is on the disk before it counts here, so that a StorageError leaves both as they
// were.
//
// Services belong to the gateway, which hands them in with each question. It calls forget_service()
// when one is gone, and asks again for whom a change concerns.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bot/group_role.h"
#include "bot/hex.h"
#include "bot/level.h"
#include "protocol/entropy.h"
#include "storage/ban_store.h"
#include "storage/claim_store.h"
#include "storage/database.h"
#include "storage/person.h"
#include "storage/role_store.h"
#include "storage/rule_store.h"
#include "storage/service_record.h"

namespace ngcshare {

using storage::Person;

enum class Decision {
  kAllowed,
  kDisabled,    // the service is, for everybody
  kOtherGroup,  // the service is offered elsewhere only
  kBanned,
  kDenied,     // by a rule
  kNotListed,  // the service lets in those with a rule only
  kObserver,   // the service doesn't let the group's observers in
};

// One word or two, for logs and as a metric's label: "banned", "not listed".
std::string_view to_string(Decision decision);

enum class RoleChange {
  kDone,
  kUnchanged,    // it was so before
  kLastOwner,    // nobody would be an owner any more
  kOwnerByFlag,  // the command line made them one
  kBanned,       // to be unbanned first
};

struct ClaimResult {
  enum class Outcome {
    kOwner,    // done, and a ban of theirs is gone
    kWrong,    // `tries_left` more may follow
    kExpired,  // whether it was right or not
    kUsed,     // by somebody, or all tries are
    kNone,     // none was ever issued
  };
  Outcome outcome = Outcome::kNone;
  std::uint32_t tries_left = 0;

  friend bool operator==(const ClaimResult&, const ClaimResult&) = default;
};

// Times are unix seconds; a ban with an end counts until then. Ban beats deny beats allow beats the
// service's policy. Owners can't be banned, but no role by itself gives access to a service.
class Access {
 public:
  struct Config {
    std::set<Key> owners = {};  // group public keys from the command line: owners in any group
    bool group_roles = true;    // the group's founder and moderators are admins
  };

  static constexpr std::int64_t kClaimSeconds = 3600;
  static constexpr std::uint32_t kClaimTries = 5;

  // REQUIRES: goes before the database, which nobody else writes roles, bans, rules or claims to.
  // Throws StorageError, as does everything below that isn't const.
  Access(storage::Database& database, Config config);

  // From now on; what peers are offered is to be reviewed.
  void configure(Config config) { config_ = std::move(config); }

  // -- questions; these never touch the disk --------------------------------------------
  // REQUIRES: whose role in the group isn't known is handed in as an observer.
  Level level(const Person& person, Role group_role, std::int64_t now) const;
  // REQUIRES: the service is stored.
  Decision decide(const storage::ServiceRecord& service, const Person& person, Role group_role,
                  std::int64_t now) const;

  // -- roles ----------------------------------------------------------------------------
  // Takes the place of the role before. Only kDone changed anything.
  RoleChange grant(const Person& person, storage::AdminRole role, const storage::Stamp& stamp);
  RoleChange revoke(const Person& person);
  std::vector<storage::RoleRecord> roles();  // owners first; not those by flag or group role

  // -- bans -----------------------------------------------------------------------------
  // Takes the place of the ban before. False: an owner can't be banned, nothing changed.
  bool ban(const storage::BanRecord& ban);
  bool unban(const Person& person);  // false: there was none
  // Removes the bans that have ended, and tells whose they were: ask anew what they may use.
  std::vector<Person> lapse_bans(std::int64_t now);
  // With the reason, to tell who asks; nullopt: not banned at that time.
  std::optional<storage::BanRecord> ban_of(const Person& person, std::int64_t now);
  std::vector<storage::BanRecord> bans();  // the latest first; also those that have just ended

  // -- rules of a service ---------------------------------------------------------------
  // Takes the place of the rule before. REQUIRES: the service is stored.
  void set_rule(const storage::RuleRecord& rule);
  bool clear_rule(std::int64_t service_id, const Person& person);  // false: there was none
  std::vector<storage::RuleRecord> rules(std::int64_t service_id);
  // The service was removed from the store, and its rules with it.
  void forget_service(std::int64_t service_id) { rules_.erase(service_id); }

  // -- the first owner ------------------------------------------------------------------
  // A new token in place of the one before, good for kClaimSeconds, kClaimTries and one person. It
  // is a secret and can't be shown again.
  std::string issue_claim_token(Entropy& entropy, std::int64_t now);
  ClaimResult claim(std::string_view token, const Person& person, std::int64_t now);

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

  ByPerson<storage::AdminRole> roles_;
  ByPerson<std::optional<std::int64_t>> bans_;                             // until when
  std::unordered_map<std::int64_t, ByPerson<storage::RuleEffect>> rules_;  // by the service's id
};

}  // namespace ngcshare
