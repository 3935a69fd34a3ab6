#include "storage/stores/pin_store.h"

#include <gtest/gtest.h>

#include <optional>

#include "storage/database/database.h"
#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

PinRecord sample_pin() {
  return {.chat_id = key_of(1),
          .service = "minecraft",
          .gateway_key = key_of(2),
          .local_port = 25565,
          .first_seen = 1700000000,
          .named = true,
          .last_used = 1700000001};
}

class PinStoreTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
  PinStore pins_{database_};
};

TEST_F(PinStoreTest, FindsWhatWasPut) {
  pins_.put(sample_pin());
  EXPECT_EQ(pins_.find(key_of(1), "minecraft"), sample_pin());
}

TEST_F(PinStoreTest, AnUnknownPinIsAValue) {
  pins_.put(sample_pin());
  EXPECT_EQ(pins_.find(key_of(1), "minecraft2"), std::nullopt);
  EXPECT_EQ(pins_.find(key_of(2), "minecraft"), std::nullopt);
}

TEST_F(PinStoreTest, PuttingAgainReplacesTheRecord) {
  pins_.put(sample_pin());
  PinRecord other = sample_pin();
  other.gateway_key = key_of(9);
  other.local_port = std::nullopt;
  other.first_seen = 3;
  pins_.put(other);
  EXPECT_EQ(pins_.find(key_of(1), "minecraft"), other);
}

TEST_F(PinStoreTest, TheSameServiceNameInTwoGroupsIsTwoPins) {
  PinRecord other = sample_pin();
  other.chat_id = key_of(5);
  other.gateway_key = key_of(6);
  pins_.put(sample_pin());
  pins_.put(other);
  EXPECT_EQ(pins_.find(key_of(1), "minecraft"), sample_pin());
  EXPECT_EQ(pins_.find(key_of(5), "minecraft"), other);
}

TEST_F(PinStoreTest, APinOutlivesLeavingTheGroup) {
  GroupStore groups(database_);
  groups.put(sample_group(1));
  pins_.put(sample_pin());
  groups.remove(key_of(1));
  EXPECT_EQ(pins_.find(key_of(1), "minecraft"), sample_pin());
}

TEST_F(PinStoreTest, ListsAndRemoves) {
  PinRecord other = sample_pin();
  other.service = "web";
  pins_.put(sample_pin());
  pins_.put(other);
  EXPECT_EQ(pins_.list().size(), 2U);
  pins_.remove(key_of(1), "minecraft");
  EXPECT_EQ(pins_.list(), std::vector{other});
}

TEST_F(PinStoreTest, RefusesLocalPortZero) {
  PinRecord pin = sample_pin();
  pin.local_port = 0;
  EXPECT_EQ(kind_of([&] { pins_.put(pin); }), StorageError::Kind::kOther);
}

}  // namespace
}  // namespace ngcshare::storage
