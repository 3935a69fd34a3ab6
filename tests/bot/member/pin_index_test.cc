#include "bot/member/pin_index.h"

#include <gtest/gtest.h>

#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

const Key kGroup = key_of(1);

storage::PinRecord pin(const std::string& name, uint8_t gateway, int64_t last_used) {
  return {.chat_id = kGroup,
          .service = name,
          .gateway_key = key_of(gateway),
          .local_port = 61000,
          .last_used = last_used};
}
storage::PinRecord named(storage::PinRecord record) {
  record.named = true;
  return record;
}

TEST(PinIndex, KnowsWhichGatewaysHaveANamedPin) {
  PinIndex index;
  const storage::Person gateway{kGroup, key_of(2)};
  index.add(pin("a", 2, 1), false);
  EXPECT_FALSE(index.has_named(gateway));
  index.add(named(pin("b", 2, 1)), false);
  index.add(named(pin("c", 2, 1)), true);
  index.remove(named(pin("b", 2, 1)), false);
  EXPECT_TRUE(index.has_named(gateway));
  EXPECT_FALSE(index.has_named({kGroup, key_of(3)}));
  EXPECT_FALSE(index.has_named({key_of(9), key_of(2)}));
  index.remove(named(pin("c", 2, 1)), true);
  EXPECT_FALSE(index.has_named(gateway));
}

TEST(PinIndex, NamesTheLongestUnusedOfThoseThatAreTooMany) {
  PinIndex index;
  const storage::Person gateway{kGroup, key_of(2)};
  index.add(pin("open", 2, 1), true);
  index.add(pin("old", 2, 2), false);
  index.add(pin("new", 2, 3), false);
  index.add(named(pin("typed", 2, 1)), false);
  index.add(pin("other", 3, 1), false);
  EXPECT_EQ(index.surplus_of(gateway, 3), std::nullopt);
  EXPECT_EQ(index.surplus_of(gateway, 2), (PinIndex::Name{kGroup, "old"}));
  EXPECT_EQ(index.surplus_in(kGroup, 4), std::nullopt);
  EXPECT_EQ(index.surplus_in(kGroup, 3), (PinIndex::Name{kGroup, "other"}));
  index.remove(pin("old", 2, 2), false);
  index.remove(pin("new", 2, 3), false);
  EXPECT_EQ(index.surplus_of(gateway, 0), std::nullopt) << "an open one stays";
}

}  // namespace
}  // namespace ngcshare
