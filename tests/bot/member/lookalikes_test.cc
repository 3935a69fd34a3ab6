#include "bot/member/lookalikes.h"

#include <gtest/gtest.h>

#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

const Key kMine = key_of(0xAA);
const Key kTheirs = key_of(0xBB);
const std::string kTwin =
    "mine\xE2\x80\x8B"
    "craft";

TEST(Lookalikes, OfATypedNameAreNoticedWhoeverOffersThem) {
  Lookalikes names({"web", "minecraft"});
  const auto twin = names.add(kTheirs, kTwin);
  ASSERT_TRUE(twin);
  EXPECT_EQ(twin->name, "minecraft");
  EXPECT_FALSE(twin->gateway);
  EXPECT_TRUE(names.add(kMine, "MineCraft"));
}

TEST(Lookalikes, OfAnotherGatewaysNameAreNoticedWhicheverComesFirst) {
  Lookalikes names({});
  EXPECT_FALSE(names.add(kMine, "minecraft"));
  const auto twin = names.add(kTheirs, kTwin);
  ASSERT_TRUE(twin);
  EXPECT_EQ(twin->name, "minecraft");
  EXPECT_EQ(twin->gateway, kMine);

  Lookalikes others({});
  EXPECT_FALSE(others.add(kTheirs, kTwin));
  EXPECT_EQ(others.add(kMine, "minecraft")->gateway, kTheirs);
}

TEST(Lookalikes, AreNeitherEqualNamesNorNamesOfOneGateway) {
  Lookalikes names({"web"});
  EXPECT_FALSE(names.add(kMine, "web"));
  EXPECT_FALSE(names.add(kTheirs, "web"));
  EXPECT_FALSE(names.add(kMine, "game"));
  EXPECT_FALSE(names.add(kMine, "Game"));
  EXPECT_FALSE(names.add(kMine, "game:2457"));
}

TEST(Lookalikes, AreForgottenWithTheirOffer) {
  Lookalikes names({});
  names.add(kMine, "minecraft");
  EXPECT_TRUE(names.add(kTheirs, kTwin));
  EXPECT_FALSE(names.add(kTheirs, kTwin)) << "it is known";
  names.remove(kMine, "minecraft");
  names.remove(kTheirs, kTwin);
  EXPECT_FALSE(names.add(kTheirs, kTwin));
}

TEST(Lookalikes, OfOneGatewayGiveAFewWarningsOnly) {
  Lookalikes names({"minecraft"});
  size_t warnings = 0;
  for (size_t i = 0; i < 1000; ++i) {
    if (names.add(kTheirs, kTwin)) ++warnings;
    names.remove(kTheirs, kTwin);
  }
  EXPECT_EQ(warnings, Lookalikes::kMostWarnings);
  EXPECT_TRUE(names.add(kMine, kTwin)) << "another gateway";
}

}  // namespace
}  // namespace ngcshare
