#include "bot/member/pins.h"

#include <gtest/gtest.h>

#include <memory>

#include "storage/database/transaction.h"
#include "tests/support/keys.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::key_of;

class PinsTest : public testing::Test {
 protected:
  static ServiceId id(int name, uint8_t gateway) {
    return {{key_of(1), key_of(gateway)}, "name" + std::to_string(name)};
  }
  void use(const ServiceId& service, bool named = false) {
    pins_->open(service, 61000, named);
    pins_->close(service);
  }
  void begin_run() {
    pins_ = std::make_unique<Pins>(loop_, database_, store_, [this] { return ++now_; });
  }
  const storage::PinRecord* find(const ServiceId& service) const {
    return pins_->find(service.gateway.chat_id, service.name);
  }

  test::TemporaryFolder folder_;
  asio::io_context loop_;
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::PinStore store_{database_};
  int64_t now_ = 0;
  std::unique_ptr<Pins> pins_ =
      std::make_unique<Pins>(loop_, database_, store_, [this] { return ++now_; });
};

TEST_F(PinsTest, WritesAllChangesTogetherAtTheLatestAtTheEnd) {
  for (int name = 0; name < 100; ++name) use(id(name, 2));
  EXPECT_TRUE(store_.list().empty());
  pins_->end();
  EXPECT_EQ(store_.list().size(), 100U);
}

TEST_F(PinsTest, ForgetsTheLongestUnusedOfOneGatewayFirst) {
  pins_->open(id(0, 2), 61000, false);  // stays, because it is open
  use(id(1, 2), /*named=*/true);        // stays, because the user has typed it
  for (int name = 2; name < 200; ++name) use(id(name, 2));
  EXPECT_EQ(pins_->size(), Pins::kMostOfGateway + 1);
  EXPECT_TRUE(find(id(0, 2)) && find(id(1, 2)) && find(id(199, 2)));
  EXPECT_FALSE(find(id(2, 2)));
  pins_->end();
  EXPECT_EQ(store_.list().size(), pins_->size());
}

TEST_F(PinsTest, HoldsABoundedNumberForAGroup) {
  for (int name = 0; name < 1100; ++name) use(id(name, static_cast<uint8_t>(2 + name / 100)));
  EXPECT_EQ(pins_->size(), Pins::kMostInGroup);
}

TEST_F(PinsTest, PrunesAStoreThatIsTooLarge) {
  storage::Transaction transaction(database_);
  for (int name = 0; name < 1100; ++name) {
    store_.put({.chat_id = key_of(1),
                .service = "name" + std::to_string(name),
                .gateway_key = key_of(2),
                .local_port = 61000,
                .first_seen = 1,
                .last_used = name});
  }
  transaction.commit();
  begin_run();
  pins_->end();
  EXPECT_EQ(store_.list().size(), Pins::kMostInGroup);
  EXPECT_TRUE(store_.find(key_of(1), "name1099"));
  EXPECT_FALSE(store_.find(key_of(1), "name0"));
}

TEST_F(PinsTest, KnowsTheGatewaysOfTypedNames) {
  use(id(1, 2));
  EXPECT_FALSE(pins_->is_known(id(1, 2).gateway));
  use(id(1, 2), /*named=*/true);
  use(id(1, 2));
  EXPECT_TRUE(pins_->is_known(id(1, 2).gateway));
  EXPECT_FALSE(pins_->is_known(id(1, 3).gateway));
  pins_->end();
  begin_run();
  EXPECT_TRUE(pins_->is_known(id(1, 2).gateway));
}

TEST_F(PinsTest, KeepsPortsForTheirServices) {
  use(id(1, 2));
  const std::set<uint16_t> taken = {61000};
  EXPECT_EQ(pins_->ports_of_others(id(2, 2), /*only_named=*/false), taken);
  EXPECT_TRUE(pins_->ports_of_others(id(2, 2), /*only_named=*/true).empty());
  EXPECT_TRUE(pins_->ports_of_others(id(1, 2), /*only_named=*/false).empty()) << "it is its own";
  const ServiceId further{id(1, 2).gateway, "name1:9"};
  EXPECT_TRUE(pins_->ports_of_others(further, /*only_named=*/false).empty()) << "the same service";
}

}  // namespace
}  // namespace ngcshare
