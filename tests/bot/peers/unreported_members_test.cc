#include "bot/peers/unreported_members.h"

#include <gtest/gtest.h>

#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

constexpr TimePoint kAdmitted{};
constexpr auto kTimeOver = kAdmitted + UnreportedMembers::kTime;

TEST(UnreportedMembers, AreBoundedUntilTheirJoinIsReported) {
  UnreportedMembers members;
  for (uint64_t member = 0; member < UnreportedMembers::kMost; ++member) {
    EXPECT_TRUE(members.admit(member, key_of(1), kAdmitted));
  }
  EXPECT_FALSE(members.admit(1000, key_of(1), kAdmitted));
  EXPECT_TRUE(members.admit(5, key_of(1), kAdmitted));  // counts once
  members.forget(5);
  EXPECT_TRUE(members.admit(1000, key_of(1), kAdmitted));
  EXPECT_FALSE(members.admit(5, key_of(1), kAdmitted));
}

TEST(UnreportedMembers, EndWhenTheirNumberIsSomebodyElses) {
  UnreportedMembers members;
  std::map<uint64_t, std::optional<Key>> keys{{1, key_of(1)}, {2, key_of(2)}, {3, key_of(3)}};
  for (const auto& [member, key] : keys) members.admit(member, *key, kAdmitted);
  keys[2] = key_of(4);
  keys[3] = std::nullopt;
  const auto key_now = [&](uint64_t member) { return keys[member]; };
  EXPECT_EQ(members.take_ended(key_now, kAdmitted), (std::vector<uint64_t>{2, 3}));
  EXPECT_TRUE(members.take_ended(key_now, kAdmitted).empty());
  EXPECT_TRUE(members.contains(1));
  EXPECT_TRUE(members.admit(2, key_of(4), kAdmitted));
}

TEST(UnreportedMembers, AreNotAdmittedForLongUnderOneNumber) {
  UnreportedMembers members;
  members.admit(1, key_of(1), kAdmitted);
  EXPECT_TRUE(members.admit(1, key_of(1), kTimeOver - std::chrono::seconds(1)));
  EXPECT_FALSE(members.admit(1, key_of(1), kTimeOver));
  const auto key_now = [](uint64_t) { return key_of(1); };
  EXPECT_EQ(members.take_ended(key_now, kTimeOver), std::vector<uint64_t>{1});
  EXPECT_FALSE(members.admit(1, key_of(1), kTimeOver));
  EXPECT_TRUE(members.admit(1, key_of(2), kTimeOver));  // somebody else
}

}  // namespace
}  // namespace ngcshare
