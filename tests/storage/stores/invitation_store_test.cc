#include "storage/stores/invitation_store.h"

#include <gtest/gtest.h>

#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "storage/stores/guest_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

class InvitationStoreTest : public testing::Test {
 protected:
  InvitationStoreTest() { GroupStore(database_).put(sample_group(1)); }

  // An invitation to the group of sample_group(1).
  static InvitationRecord sample(std::uint8_t hash) {
    return {.hash = key_of(hash), .chat_id = key_of(1), .made = {.at = 100, .by = key_of(8)}};
  }
  InvitationRecord added(InvitationRecord record) {
    record.id = invitations_.add(record);
    return record;
  }

  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
  InvitationStore invitations_{database_};
};

TEST_F(InvitationStoreTest, ListsWhatWasAddedNewestFirst) {
  InvitationRecord limited = sample(2);
  limited.once = true;
  limited.until = 500;
  limited.made.by = std::nullopt;
  const auto first = added(sample(1));
  const auto second = added(limited);
  EXPECT_EQ(invitations_.list(), (std::vector{second, first}));
  EXPECT_EQ(InvitationStore(database_).list(), (std::vector{second, first}));
}

TEST_F(InvitationStoreTest, CountsGuestsAndNotTheReturnOfOne) {
  auto record = added(sample(1));
  invitations_.note_use(record.id, key_of(5));
  invitations_.note_use(record.id, key_of(5));
  invitations_.note_use(record.id, key_of(6));
  invitations_.note_use(record.id + 1, key_of(7));
  record.uses = 2;
  record.used_by = key_of(6);
  EXPECT_EQ(invitations_.list(), std::vector{record});
}

TEST_F(InvitationStoreTest, ForgetsWhatIsRevokedAndNeverUsesItsNumberAgain) {
  const auto record = added(sample(1));
  EXPECT_TRUE(invitations_.remove(record.id));
  EXPECT_FALSE(invitations_.remove(record.id));
  EXPECT_GT(invitations_.add(sample(2)), record.id);
}

TEST_F(InvitationStoreTest, ForgetsWhatHasEnded) {
  InvitationRecord ending = sample(1);
  ending.until = 500;
  added(ending);
  const auto lasting = added(sample(2));
  invitations_.remove_ended(499);
  EXPECT_EQ(invitations_.list().size(), 2U);
  invitations_.remove_ended(500);
  EXPECT_EQ(invitations_.list(), std::vector{lasting});
}

TEST_F(InvitationStoreTest, GoesWithItsGroup) {
  added(sample(1));
  GroupStore(database_).remove(key_of(1));
  EXPECT_TRUE(invitations_.list().empty());
}

TEST_F(InvitationStoreTest, RefusesAnUnknownGroup) {
  InvitationRecord record = sample(1);
  record.chat_id = key_of(2);
  EXPECT_THROW(invitations_.add(record), StorageError);
  EXPECT_TRUE(invitations_.list().empty());
}

TEST_F(InvitationStoreTest, GuestsAreASet) {
  GuestStore guests(database_);
  guests.add(key_of(2));
  guests.add(key_of(1));
  guests.add(key_of(2));
  EXPECT_EQ(guests.list(), (std::vector{key_of(1), key_of(2)}));
  guests.remove({key_of(2)});
  guests.remove({key_of(3)});
  EXPECT_EQ(GuestStore(database_).list(), std::vector{key_of(1)});
}

}  // namespace
}  // namespace ngcshare::storage
