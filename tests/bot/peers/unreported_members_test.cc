#include "bot/peers/unreported_members.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(UnreportedMembers, AreBoundedUntilTheirJoinIsReported) {
  UnreportedMembers members;
  for (uint64_t member = 0; member < UnreportedMembers::kMost; ++member) {
    EXPECT_TRUE(members.admit(member));
  }
  EXPECT_FALSE(members.admit(1000));
  EXPECT_TRUE(members.admit(5));  // counts once
  members.forget(5);
  EXPECT_TRUE(members.admit(1000));
  EXPECT_FALSE(members.admit(5));
}

}  // namespace
}  // namespace ngcshare
