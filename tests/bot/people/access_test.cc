#include "bot/people/access.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/stores/group_store.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare {
namespace {

using storage::AdminRole;
using storage::BanRecord;
using storage::key_of;
using storage::RoleRecord;
using storage::RuleEffect;
using storage::RuleRecord;
using storage::ServicePolicy;
using storage::ServiceRecord;
using storage::Stamp;

const Person kAnna{key_of(1), key_of(11)};
const Person kBob{key_of(1), key_of(12)};
const Person kElsewhere{key_of(2), key_of(11)};  // not Anna, although the key is hers
const Stamp kStamp{1000, key_of(99)};
constexpr std::int64_t kNow = 5000;

class AccessTest : public testing::Test {
 protected:
  ServiceRecord add(const std::string& name, ServicePolicy policy = ServicePolicy::kMembers) {
    ServiceRecord service = storage::sample_service(name);
    service.policy = policy;
    service.id = services_.put(service);
    return service;
  }
  Decision decide(const ServiceRecord& service, const Person& person, Role role = Role::kUser) {
    return access_->decide(service, person, role, kNow);
  }
  Level level(const Person& person, Role role = Role::kUser) {
    return access_->level(person, role, kNow);
  }
  void rule(const ServiceRecord& service, const Person& person, RuleEffect effect) {
    access_->set_rule({service.id, person, effect, kStamp});
  }
  void reopen(const Access::Config& config = {}) { access_.emplace(database_, config); }

  storage::TemporaryFolder folder_;
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::ServiceStore services_{database_};
  std::optional<Access> access_{std::in_place, database_, Access::Config{}};
};

// -- levels -----------------------------------------------------------------------------

TEST_F(AccessTest, AGroupsRolesCountOnlyWhereAnOwnerSaysSo) {
  for (const Role role : {Role::kFounder, Role::kModerator}) {
    EXPECT_EQ(level(kAnna, role), Level::kMember);
  }
  EXPECT_FALSE(access_->count_roles_of(kAnna.chat_id, true)) << "the group is not stored";
  storage::GroupStore(database_).put(storage::sample_group(1));
  EXPECT_TRUE(access_->count_roles_of(kAnna.chat_id, true));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(level(kAnna, Role::kFounder), Level::kGroupAdmin);
    EXPECT_EQ(level(kAnna, Role::kModerator), Level::kGroupAdmin);
    EXPECT_EQ(level(kAnna, Role::kUser), Level::kMember);
    EXPECT_EQ(level(kAnna, Role::kObserver), Level::kMember);
    EXPECT_EQ(level(kElsewhere, Role::kFounder), Level::kMember);
    reopen();
  }
  EXPECT_TRUE(access_->count_roles_of(kAnna.chat_id, false));
  EXPECT_EQ(level(kAnna, Role::kFounder), Level::kMember);
}

TEST_F(AccessTest, GroupRolesCanBeTurnedOffForAllGroups) {
  storage::GroupStore(database_).put({.chat_id = kAnna.chat_id, .name = "", .group_roles = true});
  reopen();
  EXPECT_EQ(level(kAnna, Role::kFounder), Level::kGroupAdmin);
  reopen({.owners = {}, .group_roles = false});
  EXPECT_EQ(level(kAnna, Role::kFounder), Level::kMember);
  access_->grant(kAnna, AdminRole::kAdmin, kStamp);
  EXPECT_EQ(level(kAnna), Level::kAdmin);
}

TEST_F(AccessTest, AGroupAdminManagesWhatIsSharedInThatGroupAlone) {
  ServiceRecord of_all = add("web");
  ServiceRecord of_group = of_all;
  of_group.chat_id = kAnna.chat_id;
  for (const Level level : {Level::kBanned, Level::kMember}) {
    EXPECT_FALSE(Access::manages(level, kAnna.chat_id, of_group));
  }
  EXPECT_TRUE(Access::manages(Level::kGroupAdmin, kAnna.chat_id, of_group));
  EXPECT_FALSE(Access::manages(Level::kGroupAdmin, kAnna.chat_id, of_all));
  EXPECT_FALSE(Access::manages(Level::kGroupAdmin, kElsewhere.chat_id, of_group));
  EXPECT_FALSE(Access::manages(Level::kGroupAdmin, std::nullopt, of_all));
  for (const Level level : {Level::kAdmin, Level::kOwner}) {
    EXPECT_TRUE(Access::manages(level, kAnna.chat_id, of_all));
    EXPECT_TRUE(Access::manages(level, std::nullopt, of_group));
  }
}

TEST_F(AccessTest, ARoleBelongsToAKeyInAGroup) {
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kAdmin, kStamp), RoleChange::kDone);
  EXPECT_EQ(level(kAnna), Level::kAdmin);
  EXPECT_EQ(level(kBob), Level::kMember);
  EXPECT_EQ(level(kElsewhere), Level::kMember);
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kOwner, kStamp), RoleChange::kDone);
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kOwner, kStamp), RoleChange::kUnchanged);
}

TEST_F(AccessTest, AnOwnerByFlagIsOneInEveryGroupAndCannotBeDemoted) {
  reopen({.owners = {kAnna.key}});
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_EQ(level(kElsewhere), Level::kOwner);
  EXPECT_EQ(access_->revoke(kAnna), RoleChange::kOwnerByFlag);
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kAdmin, kStamp), RoleChange::kOwnerByFlag);
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_TRUE(access_->roles().empty());
}

TEST_F(AccessTest, TheLastOwnerStaysOne) {
  access_->grant(kAnna, AdminRole::kOwner, kStamp);
  access_->grant(kBob, AdminRole::kAdmin, kStamp);
  EXPECT_EQ(access_->revoke(kAnna), RoleChange::kLastOwner);
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kAdmin, kStamp), RoleChange::kLastOwner);
  EXPECT_EQ(level(kAnna), Level::kOwner);
  access_->grant(kBob, AdminRole::kOwner, kStamp);
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kAdmin, kStamp), RoleChange::kDone);
  EXPECT_EQ(access_->revoke(kAnna), RoleChange::kDone);
  EXPECT_EQ(access_->revoke(kAnna), RoleChange::kUnchanged);
  EXPECT_EQ(access_->revoke(kBob), RoleChange::kLastOwner);
}

TEST_F(AccessTest, TheLastStoredOwnerMayGoWhereAFlagNamesAnother) {
  reopen({.owners = {kBob.key}});
  access_->grant(kAnna, AdminRole::kOwner, kStamp);
  EXPECT_EQ(access_->revoke(kAnna), RoleChange::kDone);
}

TEST_F(AccessTest, HasAnOwnerByRoleOrByFlag) {
  EXPECT_FALSE(access_->has_owner());
  access_->grant(kBob, AdminRole::kAdmin, kStamp);
  EXPECT_FALSE(access_->has_owner());
  access_->grant(kAnna, AdminRole::kOwner, kStamp);
  EXPECT_TRUE(access_->has_owner());
  reopen();
  EXPECT_TRUE(access_->has_owner());
}

TEST_F(AccessTest, HasAnOwnerWhereAFlagNamesOne) {
  reopen({.owners = {kAnna.key}});
  EXPECT_TRUE(access_->has_owner());
}

TEST_F(AccessTest, RolesAreListedOwnersFirst) {
  access_->grant(kBob, AdminRole::kAdmin, {1, std::nullopt});
  access_->grant(kAnna, AdminRole::kOwner, kStamp);
  const std::vector<RoleRecord> expected{{kAnna, AdminRole::kOwner, kStamp},
                                         {kBob, AdminRole::kAdmin, {1, std::nullopt}}};
  EXPECT_EQ(access_->roles(), expected);
}

// -- decisions --------------------------------------------------------------------------

struct DecisionCase {
  const char* name;
  bool enabled;
  bool banned;
  std::optional<RuleEffect> rule;
  ServicePolicy policy;
  bool observers;
  Role role;
  Decision expected;
};

constexpr auto kMembers = ServicePolicy::kMembers;
constexpr auto kList = ServicePolicy::kList;

const DecisionCase kDecisions[] = {
    {"a member by policy", true, false, {}, kMembers, false, Role::kUser, Decision::kAllowed},
    {"a moderator by policy",
     true,
     false,
     {},
     kMembers,
     false,
     Role::kModerator,
     Decision::kAllowed},
    {"nobody by list", true, false, {}, kList, false, Role::kUser, Decision::kNotListed},
    {"not even the founder by list",
     true,
     false,
     {},
     kList,
     true,
     Role::kFounder,
     Decision::kNotListed},
    {"an observer", true, false, {}, kMembers, false, Role::kObserver, Decision::kObserver},
    {"an observer where they count",
     true,
     false,
     {},
     kMembers,
     true,
     Role::kObserver,
     Decision::kAllowed},
    {"an observer by list", true, false, {}, kList, false, Role::kObserver, Decision::kNotListed},
    {"allowed against the list", true, false, RuleEffect::kAllow, kList, false, Role::kUser,
     Decision::kAllowed},
    {"an observer by rule", true, false, RuleEffect::kAllow, kMembers, false, Role::kObserver,
     Decision::kAllowed},
    {"denied against the policy", true, false, RuleEffect::kDeny, kMembers, true, Role::kUser,
     Decision::kDenied},
    {"denied as founder", true, false, RuleEffect::kDeny, kMembers, true, Role::kFounder,
     Decision::kDenied},
    {"banned", true, true, {}, kMembers, true, Role::kUser, Decision::kBanned},
    {"banned and allowed", true, true, RuleEffect::kAllow, kMembers, true, Role::kUser,
     Decision::kBanned},
    {"banned and denied", true, true, RuleEffect::kDeny, kList, true, Role::kUser,
     Decision::kBanned},
    {"disabled", false, false, RuleEffect::kAllow, kMembers, true, Role::kFounder,
     Decision::kDisabled},
    {"disabled and banned", false, true, {}, kMembers, true, Role::kUser, Decision::kDisabled},
};

TEST_F(AccessTest, BanBeatsDenyBeatsAllowBeatsPolicy) {
  for (const DecisionCase& row : kDecisions) {
    ServiceRecord service = add("web", row.policy);
    service.enabled = row.enabled;
    service.observers = row.observers;
    if (row.banned) access_->ban({kAnna, "", std::nullopt, kStamp});
    if (row.rule) rule(service, kAnna, *row.rule);
    EXPECT_EQ(decide(service, kAnna, row.role), row.expected) << row.name;
    access_->unban(kAnna);
    access_->clear_rule(service.id, kAnna);
  }
}

TEST_F(AccessTest, ARuleIsForOnePersonAndOneService) {
  const ServiceRecord web = add("web");
  const ServiceRecord game = add("game");
  rule(web, kAnna, RuleEffect::kDeny);
  EXPECT_EQ(decide(web, kAnna), Decision::kDenied);
  EXPECT_EQ(decide(web, kBob), Decision::kAllowed);
  EXPECT_EQ(decide(web, kElsewhere), Decision::kAllowed);
  EXPECT_EQ(decide(game, kAnna), Decision::kAllowed);
}

TEST_F(AccessTest, ALaterRuleReplacesTheEarlierAndCanBeCleared) {
  const ServiceRecord web = add("web", kList);
  rule(web, kAnna, RuleEffect::kDeny);
  rule(web, kAnna, RuleEffect::kAllow);
  EXPECT_EQ(decide(web, kAnna), Decision::kAllowed);
  EXPECT_EQ(access_->rules(web.id),
            (std::vector{RuleRecord{web.id, kAnna, RuleEffect::kAllow, kStamp}}));
  EXPECT_TRUE(access_->clear_rule(web.id, kAnna));
  EXPECT_FALSE(access_->clear_rule(web.id, kAnna));
  EXPECT_EQ(decide(web, kAnna), Decision::kNotListed);
  EXPECT_TRUE(access_->rules(web.id).empty());
}

TEST_F(AccessTest, AServiceOfAnotherGroupIsForNobodyHere) {
  ServiceRecord web = add("web");
  web.chat_id = kElsewhere.chat_id;
  rule(web, kAnna, RuleEffect::kAllow);
  EXPECT_EQ(decide(web, kAnna), Decision::kOtherGroup);
  EXPECT_EQ(decide(web, kElsewhere), Decision::kAllowed);
}

TEST_F(AccessTest, AServiceOfTheSameNameDoesNotInheritRules) {
  const ServiceRecord first = add("web", kList);
  rule(first, kAnna, RuleEffect::kAllow);
  services_.remove("web");
  const ServiceRecord second = add("web", kList);  // although nobody called forget_service()
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(decide(second, kAnna), Decision::kNotListed);
  access_->forget_service(first.id);
  reopen();
  EXPECT_EQ(decide(second, kAnna), Decision::kNotListed);
}

TEST_F(AccessTest, ChangingAServiceKeepsItsRules) {
  ServiceRecord web = add("web");
  rule(web, kAnna, RuleEffect::kDeny);
  web.host = "::1";
  EXPECT_EQ(services_.put(web), web.id);
  reopen();
  EXPECT_EQ(decide(web, kAnna), Decision::kDenied);
}

TEST_F(AccessTest, ARuleForAServiceThatIsGoneIsRefusedAndCountsForNothing) {
  const ServiceRecord web = add("web");
  services_.remove("web");
  access_->forget_service(web.id);
  EXPECT_EQ(storage::kind_of([&] { rule(web, kAnna, RuleEffect::kDeny); }),
            storage::StorageError::Kind::kOther);
  EXPECT_EQ(decide(web, kAnna), Decision::kAllowed);
}

TEST_F(AccessTest, RemembersEverythingAfterARestart) {
  const ServiceRecord web = add("web", kList);
  access_->grant(kAnna, AdminRole::kOwner, kStamp);
  access_->ban({kBob, "noise", 9000, kStamp});
  rule(web, kAnna, RuleEffect::kAllow);
  reopen();
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_EQ(level(kBob), Level::kBanned);
  EXPECT_EQ(decide(web, kAnna), Decision::kAllowed);
  EXPECT_EQ(access_->ban_of(kBob, kNow), (BanRecord{kBob, "noise", 9000, kStamp}));
}

// -- bans -------------------------------------------------------------------------------

TEST_F(AccessTest, ABanTakesEveryLevelButAnOwners) {
  access_->grant(kAnna, AdminRole::kAdmin, kStamp);
  EXPECT_TRUE(access_->ban({kAnna, "", std::nullopt, kStamp}));
  EXPECT_EQ(level(kAnna, Role::kFounder), Level::kBanned);
  EXPECT_TRUE(access_->unban(kAnna));
  EXPECT_FALSE(access_->unban(kAnna));
  EXPECT_EQ(level(kAnna), Level::kAdmin);

  access_->grant(kAnna, AdminRole::kOwner, kStamp);
  EXPECT_FALSE(access_->ban({kAnna, "", std::nullopt, kStamp}));
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_TRUE(access_->bans().empty());
}

TEST_F(AccessTest, WhoIsBannedIsGivenNoRole) {
  access_->ban({kAnna, "", 2000, kStamp});
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kOwner, {1999, {}}), RoleChange::kBanned);
  EXPECT_EQ(level(kAnna), Level::kMember);
  EXPECT_EQ(access_->grant(kAnna, AdminRole::kAdmin, {2000, {}}), RoleChange::kDone);
}

TEST_F(AccessTest, AnOwnerByFlagIsOneWhateverWasSaidBefore) {
  const ServiceRecord web = add("web");
  access_->ban({kAnna, "", std::nullopt, kStamp});
  reopen({.owners = {kAnna.key}});
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_EQ(decide(web, kAnna), Decision::kAllowed);
  EXPECT_EQ(access_->ban_of(kAnna, kNow), std::nullopt);
}

TEST_F(AccessTest, ABanEndsWhenItsTimeHasCome) {
  const ServiceRecord web = add("web");
  access_->ban({kAnna, "noise", 2000, kStamp});
  EXPECT_EQ(access_->decide(web, kAnna, Role::kUser, 1999), Decision::kBanned);
  EXPECT_EQ(access_->decide(web, kAnna, Role::kUser, 2000), Decision::kAllowed);
  EXPECT_EQ(access_->level(kAnna, Role::kUser, 2000), Level::kMember);
  EXPECT_TRUE(access_->ban_of(kAnna, 1999));
  EXPECT_FALSE(access_->ban_of(kAnna, 2000));
}

TEST_F(AccessTest, BansThatEndedAreRemovedOnceAndTold) {
  access_->ban({kAnna, "", 2000, kStamp});
  access_->ban({kBob, "", std::nullopt, kStamp});
  EXPECT_TRUE(access_->lapse_bans(1999).empty());
  EXPECT_EQ(access_->lapse_bans(2000), std::vector{kAnna});
  EXPECT_TRUE(access_->lapse_bans(2000).empty());
  ASSERT_EQ(access_->bans().size(), 1U);
  EXPECT_EQ(access_->bans()[0].person, kBob);
}

TEST_F(AccessTest, ALaterBanReplacesTheEarlier) {
  access_->ban({kAnna, "noise", 2000, kStamp});
  access_->ban({kAnna, "more noise", std::nullopt, {3000, {}}});
  EXPECT_EQ(access_->bans(),
            (std::vector{BanRecord{kAnna, "more noise", std::nullopt, {3000, {}}}}));
  EXPECT_EQ(level(kAnna), Level::kBanned);
}

}  // namespace
}  // namespace ngcshare
