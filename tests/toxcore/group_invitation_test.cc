// Tests that only those enter a private group who were invited, which toxcore by itself does not
// grant (deploy/toxcore/group-invitation.patch).
#include <gtest/gtest.h>
#include <malloc.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "tests/toxcore/virtual_network.h"

// In the file of toxcore that the patch changes.
extern "C" [[gnu::weak]] const char ngcshare_toxcore_group_invitation[];

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;

using Invitation = std::vector<uint8_t>;  // chat id and the inviter's key in the group

const uint8_t* as_bytes(const char* text) { return reinterpret_cast<const uint8_t*>(text); }

class GroupInvitation : public testing::Test {
 protected:
  void SetUp() override {
    if (ngcshare_toxcore_group_invitation == nullptr) GTEST_SKIP() << "this toxcore has the faults";
    ASSERT_LT(network_.pass_until([&] { return gateway_.is_online() && guest_.is_online(); }, 60s),
              60s);
  }

  uint32_t found_private_group() {
    return tox_group_new(gateway_.tox(), TOX_GROUP_PRIVACY_STATE_PRIVATE, as_bytes("group"), 5,
                         as_bytes("gateway"), 7, nullptr);
  }
  // Makes the two friends and waits for their connection. Returns the guest's number.
  uint32_t befriend(VirtualNode& guest) {
    std::array<uint8_t, TOX_PUBLIC_KEY_SIZE> key{};
    tox_self_get_public_key(gateway_.tox(), key.data());
    tox_friend_add_norequest(guest.tox(), key.data(), nullptr);
    tox_self_get_public_key(guest.tox(), key.data());
    const uint32_t number = tox_friend_add_norequest(gateway_.tox(), key.data(), nullptr);
    const auto is_there = [](VirtualNode& node, uint32_t friend_number) {
      return tox_friend_get_connection_status(node.tox(), friend_number, nullptr) !=
             TOX_CONNECTION_NONE;
    };
    const auto connected = [&] { return is_there(gateway_, number) && is_there(guest, 0); };
    EXPECT_LT(network_.pass_until(connected, 120s), 120s);
    return number;
  }
  Invitation invitation_to(uint32_t group) {
    Invitation invitation(TOX_GROUP_CHAT_ID_SIZE + TOX_PUBLIC_KEY_SIZE);
    tox_group_get_chat_id(gateway_.tox(), group, invitation.data(), nullptr);
    tox_group_self_get_public_key(gateway_.tox(), group, invitation.data() + TOX_GROUP_CHAT_ID_SIZE,
                                  nullptr);
    return invitation;
  }
  // Returns the number of the group on the side of the guest.
  static uint32_t accept(VirtualNode& guest, const Invitation& invitation) {
    return tox_group_invite_accept(guest.tox(), 0, invitation.data(), invitation.size(),
                                   as_bytes("guest"), 5, nullptr, 0, nullptr);
  }
  bool gets_in(VirtualNode& guest, const Invitation& invitation) {
    static bool joined;
    joined = false;
    tox_callback_group_self_join(guest.tox(), [](Tox*, uint32_t, void*) { joined = true; });
    accept(guest, invitation);
    network_.pass_until([] { return joined; }, 20s);
    return joined;
  }
  bool invite(uint32_t group, uint32_t number) {
    return tox_group_invite_friend(gateway_.tox(), group, number, nullptr);
  }

  const int sodium_ = sodium_init();
  VirtualNetwork network_{3};
  VirtualNode& gateway_ = network_.add();
  VirtualNode& guest_ = network_.add();
};

TEST_F(GroupInvitation, LetsInTheFriendWhoGotIt) {
  const uint32_t group = found_private_group();
  const uint32_t number = befriend(guest_);
  EXPECT_TRUE(invite(group, number));
  EXPECT_TRUE(gets_in(guest_, invitation_to(group)));
}

// A friend's number is given to the next friend.
TEST_F(GroupInvitation, IsNotForTheFriendWhoComesAfterTheInvitedOne) {
  const uint32_t group = found_private_group();
  const uint32_t number = befriend(guest_);
  ASSERT_TRUE(invite(group, number));
  network_.pass(1s, 50ms);
  tox_friend_delete(gateway_.tox(), number, nullptr);
  VirtualNode& next = network_.add();
  ASSERT_LT(network_.pass_until([&] { return next.is_online(); }, 60s), 60s);
  ASSERT_EQ(befriend(next), number);
  EXPECT_FALSE(gets_in(next, invitation_to(group)));
}

TEST_F(GroupInvitation, IsNotThereFromTheBeginningInAGroupThatTakesThePlaceOfAnother) {
  const uint32_t left = found_private_group();
  found_private_group();
  tox_group_leave(gateway_.tox(), left, nullptr, 0, nullptr);
  network_.pass(1s, 50ms);
  const uint32_t group = found_private_group();
  ASSERT_EQ(group, left);
  ASSERT_EQ(befriend(guest_), 0U);
  EXPECT_FALSE(gets_in(guest_, invitation_to(group)));
}

TEST_F(GroupInvitation, ThatWasNotSentCostsNoMemoryWhenItIsAccepted) {
  const Invitation invitation = invitation_to(found_private_group());
  befriend(guest_);
  const auto used = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  const auto accept_many = [&](int times) {
    for (int i = 0; i < times; ++i) {
      tox_group_leave(guest_.tox(), accept(guest_, invitation), nullptr, 0, nullptr);
    }
    network_.pass(50ms, 50ms);
  };
  accept_many(10);
  const size_t before = used();
  accept_many(200);
  EXPECT_LT(used(), before + (size_t{4} << 20));
}

}  // namespace
}  // namespace ngcshare::test
