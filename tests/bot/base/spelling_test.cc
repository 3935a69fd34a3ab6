#include "bot/base/spelling.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare {
namespace {

TEST(NearestName, IsAtMostTwoLettersAway) {
  const std::vector<std::string> names = {"share", "services", "status"};
  EXPECT_EQ(nearest_name("share", names), "share");
  EXPECT_EQ(nearest_name("shar", names), "share");
  EXPECT_EQ(nearest_name("service", names), "services");
  EXPECT_EQ(nearest_name("sttaus", names), "status");
  EXPECT_EQ(nearest_name("sh", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name("share", {}), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100000, 's'), names), std::nullopt);
}

}  // namespace
}  // namespace ngcshare
