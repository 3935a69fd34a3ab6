// Tests a full disk and an unwritable database: a failed change must change nothing, neither in
// memory nor on the disk.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bot/people/access.h"
#include "storage/stores/service_store.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare {
namespace {

using storage::AdminRole;
using storage::key_of;
using storage::RuleEffect;
using Kind = storage::StorageError::Kind;

const Person kOwner{key_of(1), key_of(10)};
const Person kAdmin{key_of(1), key_of(11)};
const Person kBanned{key_of(1), key_of(12)};
const Person kListed{key_of(1), key_of(13)};
const Person kStranger{key_of(1), key_of(14)};
const storage::Stamp kStamp{1000, std::nullopt};
constexpr std::int64_t kNow = 1500;

class AccessDiskTest : public testing::Test {
 protected:
  AccessDiskTest() {
    service_ = storage::sample_service("web");
    service_.policy = storage::ServicePolicy::kList;
    service_.id = storage::ServiceStore(*database_).put(service_);
    access_->grant(kOwner, AdminRole::kOwner, kStamp);
    access_->grant(kAdmin, AdminRole::kAdmin, kStamp);
    access_->ban({kBanned, "noise", 2000, kStamp});
    access_->set_rule({service_.id, kListed, RuleEffect::kAllow, kStamp});
    token_ = access_->issue_claim_token(entropy_, kNow);
    before_ = state();
  }

  std::vector<int> state() {
    std::vector<int> all;
    for (const Person& person : {kOwner, kAdmin, kBanned, kListed, kStranger}) {
      all.push_back(static_cast<int>(access_->level(person, Role::kUser, kNow)));
      all.push_back(static_cast<int>(access_->decide(service_, person, Role::kUser, kNow)));
    }
    return all;
  }
  // All changes that the engine offers, by name.
  std::vector<std::pair<std::string, std::function<void()>>> changes() {
    return {
        {"grant", [&] { access_->grant(kStranger, AdminRole::kOwner, kStamp); }},
        {"promote", [&] { access_->grant(kAdmin, AdminRole::kOwner, kStamp); }},
        {"revoke", [&] { access_->revoke(kAdmin); }},
        {"ban",
         [&] {
           access_->ban({kListed, "", std::nullopt, kStamp});
         }},
        {"unban", [&] { access_->unban(kBanned); }},
        {"lapse", [&] { access_->lapse_bans(3000); }},
        {"allow",
         [&] {
           access_->set_rule({service_.id, kStranger, RuleEffect::kAllow, kStamp});
         }},
        {"deny",
         [&] {
           access_->set_rule({service_.id, kListed, RuleEffect::kDeny, kStamp});
         }},
        {"clear", [&] { access_->clear_rule(service_.id, kListed); }},
        {"issue", [&] { access_->issue_claim_token(entropy_, kNow); }},
        {"guess", [&] { access_->claim("wrong", kStranger, kNow); }},
        {"claim", [&] { access_->claim(token_, kStranger, kNow); }},
    };
  }
  void reopen() {
    access_.reset();
    database_.reset();
    database_.emplace(path_);
    access_.emplace(*database_, Access::Config{});
  }
  void expect_nothing_lost() {
    EXPECT_EQ(state(), before_);
    reopen();
    EXPECT_EQ(state(), before_);
    EXPECT_EQ(storage::pragma_of(path_, "integrity_check"), "ok");
  }

  test::SeededEntropy entropy_{1};
  storage::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
  std::optional<storage::Database> database_{path_};
  std::optional<Access> access_{std::in_place, *database_, Access::Config{}};
  storage::ServiceRecord service_;
  std::string token_;
  std::vector<int> before_;
};

TEST_F(AccessDiskTest, AFullDiskLeavesEverythingAsItWas) {
  for (const auto& [name, change] : changes()) {
    std::optional<Kind> kind;
    {
      const storage::FileSizeLimit limit(0);
      kind = storage::kind_of(change);
    }
    EXPECT_EQ(kind, Kind::kFull) << name;
    EXPECT_EQ(state(), before_) << name;
  }
  expect_nothing_lost();
}

// The disk becomes full between two changes, not before the first byte.
TEST_F(AccessDiskTest, AFullDiskLosesNoRuleThatWasMade) {
  std::uint32_t made = 0;
  const auto person = [](std::uint32_t number) {
    Person someone{key_of(1), key_of(0)};
    someone.key[0] = static_cast<std::uint8_t>(number);
    someone.key[1] = static_cast<std::uint8_t>(number >> 8);
    return someone;
  };
  std::optional<Kind> kind;
  {
    const storage::FileSizeLimit limit(600000);
    kind = storage::kind_of([&] {
      for (; made < 20000; ++made) {
        access_->set_rule({service_.id, person(made), RuleEffect::kAllow, kStamp});
      }
    });
  }
  EXPECT_EQ(kind, Kind::kFull);
  ASSERT_GT(made, 10U);
  const auto expect_made = [&] {
    for (std::uint32_t i = 0; i <= made; ++i) {
      EXPECT_EQ(access_->decide(service_, person(i), Role::kUser, kNow),
                i < made ? Decision::kAllowed : Decision::kNotListed)
          << i;
    }
  };
  expect_made();
  reopen();
  expect_made();
  access_->set_rule({service_.id, person(made++), RuleEffect::kAllow, kStamp});
  expect_made();
}

TEST_F(AccessDiskTest, ADatabaseThatRefusesLeavesEverythingAsItWas) {
  for (const char* table : {"admins", "bans", "access_rules", "claim_token"}) {
    for (const char* event : {"INSERT", "UPDATE", "DELETE"}) {
      storage::execute_raw(path_, std::string("CREATE TRIGGER no_") + event + "_" + table +
                                      " BEFORE " + event + " ON " + table +
                                      " BEGIN SELECT RAISE (ABORT, 'not now'); END");
    }
  }
  for (const auto& [name, change] : changes()) {
    EXPECT_TRUE(storage::kind_of(change)) << name;
    EXPECT_EQ(state(), before_) << name;
  }
  EXPECT_EQ(access_->roles().size(), 2U);
  EXPECT_EQ(access_->bans().size(), 1U);
}

TEST_F(AccessDiskTest, AClaimThatCannotBeWrittenMayBeTriedAgain) {
  {
    const storage::FileSizeLimit limit(0);
    EXPECT_TRUE(storage::kind_of([&] { access_->claim(token_, kStranger, kNow); }));
  }
  EXPECT_EQ(access_->claim(token_, kStranger, kNow).outcome, ClaimResult::Outcome::kOwner);
  EXPECT_EQ(access_->level(kStranger, Role::kUser, kNow), Level::kOwner);
}

}  // namespace
}  // namespace ngcshare
