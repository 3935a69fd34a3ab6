#include "bot/program/guest_door.h"

#include "bot/base/log.h"
#include "bot/base/steady_time.h"
#include "bot/base/unix_time.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

void report(const storage::StorageError& error) {
  log_error("guest.not_stored", "a guest or an invitation could not be stored: {error}",
            Field{"error", error.what()});
}

}  // namespace

GuestDoor::GuestDoor(OnlineProcess& process, Invitations& invitations)
    : process_(process),
      invitations_(invitations),
      store_(process.folder().database()),
      guests_(std::make_unique<LoopTimer>(process.loop()), ways()) {}

Guests::Ways GuestDoor::ways() {
  return {.admit = [this](const InvitationSecret& secret,
                          const Key& guest) { return admit(secret, guest); },
          .would_admit = [this](const InvitationSecret& secret,
                                const Key& guest) { return would_admit(secret, guest); },
          .befriend = [this](const Key& guest) { return befriend(guest); },
          .invite = [this](const Key& chat_id, const Key& guest) { return invite(chat_id, guest); },
          .turn_away = [this](const Key& stranger) { turn_away(stranger); },
          .part = [this](const std::vector<Key>& guests) { part(guests); },
          .now = [] { return steady_now(); }};
}

// The profile is written before the guests are forgotten: a friend that only the profile knows
// would be one for ever.
void GuestDoor::begin() {
  const auto left = store_.list();
  if (left.empty()) return;
  for (const Key& guest : left) process_.node().remove_friend(guest);
  process_.save_now();
  store_.remove(left);
}

std::optional<Key> GuestDoor::admit(const InvitationSecret& secret, const Key& guest) {
  try {
    return invitations_.admit(secret, guest, unix_seconds());
  } catch (const storage::StorageError& error) {
    report(error);
    return std::nullopt;
  }
}

bool GuestDoor::would_admit(const InvitationSecret& secret, const Key& guest) {
  try {
    return invitations_.admits(secret, guest, unix_seconds());
  } catch (const storage::StorageError& error) {
    report(error);
    return false;
  }
}

bool GuestDoor::befriend(const Key& guest) {
  try {
    store_.add(guest);
  } catch (const storage::StorageError& error) {
    report(error);
    return false;
  }
  return process_.node().expect_friend(guest);
}

bool GuestDoor::invite(const Key& chat_id, const Key& guest) {
  const auto group = process_.node().find_group(chat_id);
  return group && process_.node().invite(*group, guest);
}

// toxcore forgets that a key has asked when it removes a friend with it.
void GuestDoor::turn_away(const Key& stranger) {
  process_.node().defer([this, stranger] {
    if (process_.node().expect_friend(stranger)) process_.node().remove_friend(stranger);
  });
}

void GuestDoor::part(const std::vector<Key>& guests) {
  for (const Key& guest : guests) process_.node().remove_friend(guest);
  try {
    process_.save_now();
    store_.remove(guests);
  } catch (const storage::StorageError& error) {  // done at the next start
    report(error);
  }
}

}  // namespace ngcshare
