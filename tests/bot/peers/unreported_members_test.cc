#include "bot/peers/unreported_members.h"

#include <gtest/gtest.h>

#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

constexpr TimePoint kStart{};
constexpr auto kLate = kStart + UnreportedMembers::kTime;

TEST(UnreportedMembers, AreBoundedUntilTheirJoinIsReported) {
  UnreportedMembers members;
  for (uint64_t member = 0; member < UnreportedMembers::kMost; ++member) {
    EXPECT_TRUE(members.admit(member, key_of(1), kStart));
  }
  EXPECT_FALSE(members.admit(1000, key_of(1), kStart));
  EXPECT_TRUE(members.admit(5, key_of(1), kStart));  // counts once
  members.forget(5);
  EXPECT_TRUE(members.admit(1000, key_of(1), kStart));
  EXPECT_FALSE(members.admit(5, key_of(1), kStart));
}

TEST(UnreportedMembers, EndWhenTheirNumberIsSomebodyElses) {
  UnreportedMembers members;
  std::map<uint64_t, std::optional<Key>> keys{{1, key_of(1)}, {2, key_of(2)}, {3, key_of(3)}};
  for (const auto& [member, key] : keys) members.admit(member, *key, kStart);
  keys[2] = key_of(4);
  keys[3] = std::nullopt;
  const auto key_now = [&](uint64_t member) { return keys[member]; };
  EXPECT_EQ(members.take_ended(key_now, kStart), (std::vector<uint64_t>{2, 3}));
  EXPECT_TRUE(members.take_ended(key_now, kStart).empty());
  EXPECT_TRUE(members.contains(1));
  EXPECT_TRUE(members.admit(2, key_of(4), kStart));
}

TEST(UnreportedMembers, AreNotAdmittedForLongUnderOneNumber) {
  UnreportedMembers members;
  members.admit(1, key_of(1), kStart);
  EXPECT_TRUE(members.admit(1, key_of(1), kLate - std::chrono::seconds(1)));
  EXPECT_FALSE(members.admit(1, key_of(1), kLate));
  const auto key_now = [](uint64_t) { return key_of(1); };
  EXPECT_EQ(members.take_ended(key_now, kLate), std::vector<uint64_t>{1});
  EXPECT_FALSE(members.admit(1, key_of(1), kLate));
  EXPECT_TRUE(members.admit(1, key_of(2), kLate));  // somebody else
}

}  // namespace
}  // namespace ngcshare
