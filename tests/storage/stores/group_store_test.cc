#include "storage/stores/group_store.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using namespace std::string_literals;

class GroupStoreTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
  GroupStore groups_{database_};
};

TEST_F(GroupStoreTest, FindsWhatWasPut) {
  groups_.put(sample_group(1));
  EXPECT_EQ(groups_.find(key_of(1)), sample_group(1));
}

TEST_F(GroupStoreTest, AnUnknownGroupIsAValue) {
  EXPECT_EQ(groups_.find(key_of(1)), std::nullopt);
  EXPECT_FALSE(groups_.remove(key_of(1)));
  EXPECT_TRUE(groups_.list().empty());
}

TEST_F(GroupStoreTest, KeepsEveryFieldAtItsExtremes) {
  const std::vector<GroupRecord> records{
      {.chat_id = key_of(0), .name = "", .password = std::nullopt, .is_private = false},
      {.chat_id = key_of(255), .name = "", .password = "", .is_private = true},
      {.chat_id = key_of(1),
       .name = "Robert'); DROP TABLE groups;--",
       .password = "\0\xff\xfe'\""s,
       .joined_at = std::numeric_limits<std::int64_t>::max(),
       .group_roles = true},
      {.chat_id = key_of(2),
       .name = "группа 🎮 \"x\" \0 tail"s,
       .joined_at = std::numeric_limits<std::int64_t>::min()},
  };
  for (const GroupRecord& record : records) groups_.put(record);
  for (const GroupRecord& record : records) {
    EXPECT_EQ(groups_.find(record.chat_id), record) << record.name;
  }
}

TEST_F(GroupStoreTest, AnEmptyPasswordIsNotNoPassword) {
  GroupRecord group = sample_group(1);
  group.password = "";
  groups_.put(group);
  EXPECT_EQ(groups_.find(key_of(1))->password, std::optional<std::string>(""));
}

TEST_F(GroupStoreTest, PuttingAgainReplacesTheRecord) {
  groups_.put(sample_group(1));
  GroupRecord changed = sample_group(1);
  changed.name = "enemies";
  changed.password = std::nullopt;
  changed.is_private = false;
  changed.joined_at = 5;
  groups_.put(changed);
  EXPECT_EQ(groups_.list(), std::vector{changed});
}

// Joining again, or a new name, must neither give rights nor take them.
TEST_F(GroupStoreTest, PuttingAgainKeepsTheGroupRoles) {
  for (const bool on : {false, true}) {
    GroupRecord group = sample_group(1);
    groups_.put(group);
    EXPECT_TRUE(groups_.set_group_roles(group.chat_id, on));
    group.group_roles = !on;
    groups_.put(group);
    EXPECT_EQ(groups_.find(group.chat_id)->group_roles, on);
  }
  EXPECT_FALSE(groups_.set_group_roles(key_of(9), true));
}

TEST_F(GroupStoreTest, PuttingAgainKeepsTheServicesOfTheGroup) {
  ServiceStore services(database_);
  groups_.put(sample_group(1));
  ServiceRecord service = sample_service("web");
  service.chat_id = key_of(1);
  services.put(service);
  groups_.put(sample_group(1));
  EXPECT_EQ(unnumbered(services.find("web")), service);
}

TEST_F(GroupStoreTest, RemovingAGroupRemovesItsServicesOnly) {
  ServiceStore services(database_);
  groups_.put(sample_group(1));
  groups_.put(sample_group(2));
  ServiceRecord gone = sample_service("gone");
  gone.chat_id = key_of(1);
  ServiceRecord stays = sample_service("stays");
  stays.chat_id = key_of(2);
  services.put(gone);
  services.put(stays);
  services.put(sample_service("everywhere"));

  EXPECT_TRUE(groups_.remove(key_of(1)));
  EXPECT_EQ(services.find("gone"), std::nullopt);
  EXPECT_EQ(services.list().size(), 2U);
  EXPECT_FALSE(groups_.remove(key_of(1)));
}

TEST_F(GroupStoreTest, ListsTheGroupJoinedFirstFirst) {
  GroupRecord late = sample_group(1);
  late.joined_at = 20;
  GroupRecord early = sample_group(2);
  early.joined_at = 10;
  groups_.put(late);
  groups_.put(early);
  EXPECT_EQ(groups_.list(), (std::vector{early, late}));
}

}  // namespace
}  // namespace ngcshare::storage
