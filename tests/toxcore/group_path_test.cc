// Tests that two members of a group go on hearing each other when the address of one changes and
// when they change keys, which toxcore by itself does not grant
// (deploy/toxcore/group-address.patch, deploy/toxcore/group-keys.patch).
#include <gtest/gtest.h>
#include <network.h>
#include <sodium.h>

#include <chrono>

#include "tests/toxcore/key_change.h"
#include "tests/toxcore/talkers.h"

// In the files of toxcore that the patches change.
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_address[];
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_keys[];

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;

constexpr uint8_t kReliable = NET_PACKET_GC_LOSSLESS;
constexpr auto kBetweenChanges = 155s;  // toxcore refuses a second one within 150 s

// Without the patch, the one that stays answers to the old address until it gives up, after 58 s.
TEST(GroupPath, FollowsAMemberToAnotherAddress) {
  if (ngcshare_toxcore_group_address == nullptr) GTEST_SKIP() << "this toxcore lacks the patch";
  ASSERT_GE(sodium_init(), 0);
  Talkers talkers;
  EXPECT_LE(talkers.talk(5s), 200ms);
  for (int i = 0; i < 3; ++i) {
    talkers.one().change_address();
    EXPECT_LE(talkers.talk(20s), 4s) << "the founder, time " << i;
    talkers.other().change_address();
    EXPECT_LE(talkers.talk(20s), 4s) << "the other, time " << i;
  }
}

TEST(GroupPath, StaysWithAMemberWhosePacketsSomebodyElseRepeats) {
  ASSERT_GE(sodium_init(), 0);
  Talkers talkers;
  for (int i = 0; i < 20; ++i) {
    talkers.one().repeat_from_elsewhere();
    talkers.wait(500ms);
    EXPECT_TRUE(talkers.reaches(talkers.other(), talkers.one())) << "time " << i;
    talkers.other().repeat_from_elsewhere();
    talkers.wait(500ms);
    EXPECT_TRUE(talkers.reaches(talkers.one(), talkers.other())) << "time " << i;
  }
}

// Without the patch, both are deaf for 58 s if the answer of the one that is asked is lost.
TEST(GroupPath, ChangesKeysAlsoWhereTheAnswerIsLost) {
  if (ngcshare_toxcore_group_keys == nullptr) GTEST_SKIP() << "this toxcore has the fault";
  ASSERT_GE(sodium_init(), 0);
  Talkers talkers;
  for (int i = 0; i < 3; ++i) {
    EXPECT_LE(talkers.talk(kBetweenChanges), 200ms);
    const bool first = hasten_key_change(talkers.one().tox(), 0);
    EXPECT_NE(first, hasten_key_change(talkers.other().tox(), 0));
    talkers.one().lose(kReliable, 1500ms);
    talkers.other().lose(kReliable, 1500ms);
    EXPECT_LE(talkers.talk(20s), 200ms) << "change " << i;
  }
}

}  // namespace
}  // namespace ngcshare::test
