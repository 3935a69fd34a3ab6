#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/files/error.h"
#include "storage/stores/ban_store.h"
#include "storage/stores/claim_store.h"
#include "storage/stores/role_store.h"
#include "storage/stores/rule_store.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

const Person kAnna{key_of(1), key_of(11)};
const Person kBob{key_of(1), key_of(12)};
const Person kElsewhere{key_of(2), key_of(11)};
const Stamp kStamp{1000, key_of(9)};

class RoleBanRuleTest : public testing::Test {
 protected:
  std::vector<RuleRecord> all_rules() {
    std::vector<RuleRecord> all;
    rules_.for_each([&](const RuleRecord& rule) { all.push_back(rule); });
    return all;
  }

  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
  RoleStore roles_{database_};
  BanStore bans_{database_};
  RuleStore rules_{database_};
  ClaimStore claims_{database_};
  ServiceStore services_{database_};
};

TEST_F(RoleBanRuleTest, RolesAreListedOwnersFirstAndReplaced) {
  roles_.put({kAnna, AdminRole::kAdmin, kStamp});
  roles_.put({kBob, AdminRole::kAdmin, {500, {}}});
  roles_.put({kAnna, AdminRole::kOwner, {2000, {}}});
  EXPECT_EQ(roles_.list(), (std::vector<RoleRecord>{{kAnna, AdminRole::kOwner, {2000, {}}},
                                                    {kBob, AdminRole::kAdmin, {500, {}}}}));
  EXPECT_TRUE(roles_.remove(kAnna));
  EXPECT_FALSE(roles_.remove(kAnna));
  EXPECT_FALSE(roles_.remove(kElsewhere));
  EXPECT_EQ(roles_.list().size(), 1U);
}

TEST_F(RoleBanRuleTest, BansAreListedLatestFirstAndReplaced) {
  const BanRecord first{kAnna, "noise", 5000, kStamp};
  const BanRecord second{kElsewhere, "", std::nullopt, {2000, {}}};
  bans_.put({kAnna, "", std::nullopt, {3000, {}}});
  bans_.put(second);
  bans_.put(first);
  EXPECT_EQ(bans_.list(), (std::vector{second, first}));
  EXPECT_EQ(bans_.find(kAnna), first);
  EXPECT_EQ(bans_.find(kBob), std::nullopt);
  EXPECT_TRUE(bans_.remove(kAnna));
  EXPECT_FALSE(bans_.remove(kAnna));
}

TEST_F(RoleBanRuleTest, ALongReasonIsCut) {
  bans_.put({kAnna, std::string(5000, 'x'), std::nullopt, kStamp});
  EXPECT_EQ(bans_.find(kAnna)->reason.size(), BanStore::kMaxReasonBytes);
}

TEST_F(RoleBanRuleTest, RulesAreListedByServiceAndReplaced) {
  const auto web = services_.put(sample_service("web"));
  const auto game = services_.put(sample_service("game"));
  const RuleRecord allow{web, kAnna, RuleEffect::kAllow, kStamp};
  const RuleRecord deny{web, kElsewhere, RuleEffect::kDeny, {500, {}}};
  rules_.put({web, kAnna, RuleEffect::kDeny, {1, {}}});
  rules_.put(deny);
  rules_.put(allow);
  rules_.put({game, kBob, RuleEffect::kDeny, kStamp});
  EXPECT_EQ(rules_.list(web), (std::vector{deny, allow}));
  EXPECT_EQ(all_rules().size(), 3U);
  EXPECT_TRUE(rules_.remove(web, kAnna));
  EXPECT_FALSE(rules_.remove(web, kAnna));
  EXPECT_FALSE(rules_.remove(game, kAnna));
  EXPECT_EQ(rules_.list(web), std::vector{deny});
}

TEST_F(RoleBanRuleTest, RulesGoWithTheirServiceAndNotWhenItChanges) {
  const auto web = services_.put(sample_service("web"));
  rules_.put({web, kAnna, RuleEffect::kDeny, kStamp});
  ServiceRecord changed = sample_service("web");
  changed.host = "::1";
  changed.ports = {one_port(1), one_port(2)};
  EXPECT_EQ(services_.put(changed), web);
  EXPECT_EQ(rules_.list(web).size(), 1U);
  services_.remove("web");
  EXPECT_TRUE(all_rules().empty());
  EXPECT_NE(services_.put(sample_service("web")), web);
}

TEST_F(RoleBanRuleTest, ARuleNeedsItsService) {
  EXPECT_EQ(kind_of([&] {
              rules_.put({77, kAnna, RuleEffect::kDeny, kStamp});
            }),
            StorageError::Kind::kOther);
  EXPECT_TRUE(all_rules().empty());
}

TEST_F(RoleBanRuleTest, ThereIsOneClaimTokenAtMost) {
  EXPECT_EQ(claims_.find(), std::nullopt);
  claims_.put({key_of(1), 10, 20, 5});
  const ClaimRecord second{key_of(2), 30, 40, 0};
  claims_.put(second);
  EXPECT_EQ(claims_.find(), second);
}

}  // namespace
}  // namespace ngcshare::storage
