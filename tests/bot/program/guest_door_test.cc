#include "bot/program/guest_door.h"

#include "bot/base/unix_time.h"
#include "bot/invitation/request.h"
#include "storage/stores/group_store.h"
#include "tests/bot/program/online_process_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

const Key kGroup = test::key_of(1);

class GuestDoorTest : public test::OnlineProcessRig {
 protected:
  // Starts the program, or starts it again as after a kill.
  void start_door() {
    door_.reset();
    invitations_.reset();
    process_.reset();
    start();
    invitations_.emplace(process_->folder().database(), process_->entropy());
    storage::GroupStore(process_->folder().database()).put({.chat_id = kGroup, .name = "room"});
    door_.emplace(*process_, *invitations_);
  }
  InvitationSecret issue() {
    return invitations_->issue({.chat_id = kGroup}, {.at = unix_seconds()})->secret;
  }
  void request(const Key& from, const InvitationSecret& secret) {
    const std::string message = request_with(secret);
    door_->on_request(from, {reinterpret_cast<const uint8_t*>(message.data()), message.size()});
    process_->node().iterate();
  }
  // The size of a profile tells how many friends are in it.
  size_t profile_size() { return process_->node().savedata().size(); }
  std::vector<Key> stored() { return storage::GuestStore(process_->folder().database()).list(); }

  std::optional<Invitations> invitations_;
  std::optional<GuestDoor> door_;
};

// A public key, which toxcore asks of a friend.
Key stranger() {
  return *parse_key("0900000000000000000000000000000000000000000000000000000000000000");
}

TEST_F(GuestDoorTest, AGuestIsAFriendAndStored) {
  start_door();
  const size_t before = profile_size();
  request(stranger(), issue());
  EXPECT_GT(profile_size(), before);
  EXPECT_EQ(stored(), std::vector{stranger()});
  EXPECT_TRUE(door_->on_online(stranger()));
}

TEST_F(GuestDoorTest, WhoIsTurnedAwayIsNoFriend) {
  start_door();
  const size_t before = profile_size();
  request(stranger(), {});
  EXPECT_EQ(profile_size(), before);
  EXPECT_TRUE(stored().empty());
  EXPECT_FALSE(door_->on_online(stranger()));
}

TEST_F(GuestDoorTest, TheNextStartEndsTheFriendshipsThatAKilledProcessHasLeft) {
  start_door();
  const size_t before = profile_size();
  request(stranger(), issue());
  process_->save_now();
  start_door();
  ASSERT_GT(profile_size(), before);
  door_->begin();
  EXPECT_EQ(profile_size(), before);
  EXPECT_TRUE(stored().empty());
  start_door();
  EXPECT_EQ(profile_size(), before);
}

}  // namespace
}  // namespace ngcshare
