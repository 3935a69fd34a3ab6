#include "storage/database/transaction.h"

#include <gtest/gtest.h>

#include <optional>

#include "storage/database/database.h"
#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

class TransactionTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
  GroupStore groups_{database_};
  ServiceStore services_{database_};
};

TEST_F(TransactionTest, CommittedChangesOfTwoStoresStay) {
  {
    Transaction transaction(database_);
    groups_.put(sample_group(1));
    services_.put(sample_service("web"));
    transaction.commit();
  }
  EXPECT_TRUE(groups_.find(key_of(1)));
  EXPECT_TRUE(services_.find("web"));
}

TEST_F(TransactionTest, WithoutCommitNothingStays) {
  {
    const Transaction transaction(database_);
    groups_.put(sample_group(1));
    services_.put(sample_service("web"));
  }
  EXPECT_FALSE(groups_.find(key_of(1)));
  EXPECT_FALSE(services_.find("web"));
}

TEST_F(TransactionTest, AnInnerOneIsUndoneAlone) {
  {
    Transaction outer(database_);
    services_.put(sample_service("outer"));
    {
      const Transaction inner(database_);
      services_.put(sample_service("inner"));
    }
    outer.commit();
  }
  EXPECT_TRUE(services_.find("outer"));
  EXPECT_FALSE(services_.find("inner"));
}

TEST_F(TransactionTest, ACommittedInnerOneIsUndoneWithTheOuter) {
  {
    const Transaction outer(database_);
    Transaction inner(database_);
    services_.put(sample_service("inner"));
    inner.commit();
  }
  EXPECT_FALSE(services_.find("inner"));
}

TEST_F(TransactionTest, ARefusedChangeUndoesWhatCameBefore) {
  ServiceRecord no_port = sample_service("bad");
  no_port.ports.clear();
  EXPECT_TRUE(error_of([&] {
    Transaction transaction(database_);
    services_.put(sample_service("good"));
    services_.put(no_port);
    transaction.commit();
  }));
  EXPECT_TRUE(services_.list().empty());
}

}  // namespace
}  // namespace ngcshare::storage
