// Tests that a member of a group cannot fill the memory of others with members that do not exist
// (deploy/toxcore/group-sync.patch).
#include <gtest/gtest.h>
#include <malloc.h>
#include <sodium.h>

#include <chrono>

#include "tests/toxcore/hostile_group_peer.h"
#include "tests/toxcore/virtual_network.h"

// In the file of toxcore that the patch changes.
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_sync[];

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;

TEST(GroupSync, KeepsFewMembersOfWhomOneOtherTells) {
  if (ngcshare_toxcore_group_sync == nullptr) GTEST_SKIP() << "this toxcore has the fault";
  ASSERT_GE(sodium_init(), 0);
  VirtualNetwork network(3);
  VirtualNode& founder = network.add();
  ASSERT_LT(network.pass_until([&] { return founder.is_online(); }, 60s), 60s);
  const ChatId group = founder.found_group();
  VirtualNode& stranger = network.add();
  stranger.join(group);
  const auto both_met = [&] { return stranger.has_met_somebody() && founder.has_met_somebody(); };
  ASSERT_LT(network.pass_until(both_met, 120s), 120s);
  const auto used = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  const size_t before = used();
  int sent = 0;
  for (int round = 0; round < 40; ++round) {
    sent += tell_of_invented_members(stranger.tox(), 0, 50);
    network.pass(50ms, 50ms);
  }
  EXPECT_GT(sent, 1000);
  EXPECT_LT(used(), before + (size_t{64} << 20));
}

}  // namespace
}  // namespace ngcshare::test
