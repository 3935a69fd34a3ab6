// Tests that a group is found however long its members have been there, which toxcore by itself
// does not grant (deploy/toxcore/group-search.patch).
#include <gtest/gtest.h>
#include <sodium.h>

#include <chrono>
#include <vector>

#include "tests/toxcore/virtual_network.h"

// In the file of toxcore that the patch changes.
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_search[];

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;

constexpr size_t kNodes = 9;   // more than the eight of which toxcore keeps a group's announcement
constexpr size_t kGroups = 8;  // each is looked for once, because a visit makes it easier to find
constexpr auto kAge = 20min;   // toxcore by itself announces the group every few minutes by then
constexpr auto kTimeToFind = 15s;  // most of it is the way into the network

// Without the patch, a newcomer finds such a group within the time in at most half of the cases.
TEST(GroupSearch, FindsAGroupWhoseOnlyMemberHasBeenThereForLong) {
  if (ngcshare_toxcore_group_search == nullptr) GTEST_SKIP() << "this toxcore lacks the patch";
  ASSERT_GE(sodium_init(), 0);
  VirtualNetwork network(kNodes);
  VirtualNode& founder = network.add();
  ASSERT_LT(network.pass_until([&] { return founder.is_online(); }, 60s), 60s);
  std::vector<ChatId> groups;
  while (groups.size() < kGroups) groups.push_back(founder.found_group());
  network.pass(kAge, 1s);
  for (const ChatId& group : groups) {
    VirtualNode& newcomer = network.add();
    newcomer.join(group);
    const auto taken = network.pass_until([&] { return newcomer.has_met_somebody(); }, kTimeToFind);
    EXPECT_LT(taken, kTimeToFind) << "group " << (&group - groups.data());
    network.remove(newcomer);
  }
}

}  // namespace
}  // namespace ngcshare::test
