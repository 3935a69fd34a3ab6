#include "bot/groups/guests.h"

#include <algorithm>
#include <utility>

#include "bot/base/log.h"
#include "bot/invitation/request.h"

namespace ngcshare {

Guests::Guests(std::unique_ptr<OneShotTimer> timer, Ways ways)
    : timer_(std::move(timer)), ways_(std::move(ways)) {}

// Whoever is not let in is turned away, so that the same person can come again: with a good link,
// or when there is room or time for the request.
void Guests::on_request(const Key& stranger, Bytes message) {
  const auto secret = secret_in_request(message);
  if (!secret || guests_.contains(stranger)) return;
  const auto chat_id = admit(*secret, stranger);
  if (!chat_id || !ways_.befriend(stranger)) {
    log_debug("guest.refused", "a friend request of {peer} is not answered",
              Field{"peer", short_key(stranger)});
    return ways_.turn_away(stranger);
  }
  log_info("guest.expected", "{peer} has an invitation to group {group}",
           Field{"peer", short_key(stranger)}, Field{"group", short_key(*chat_id)});
  const bool first = guests_.empty();
  guests_[stranger] = {.chat_id = *chat_id, .secret = *secret};
  if (first) tick_later();
}

std::optional<Key> Guests::admit(const InvitationSecret& secret, const Key& stranger) {
  const TimePoint now = ways_.now();
  const bool may_enter = requests_.take(now) && guests_.size() < kMost &&
                         ways_.would_admit(secret, stranger) && admissions_.take(now);
  return may_enter ? ways_.admit(secret, stranger) : std::nullopt;
}

bool Guests::on_online(const Key& friend_key) {
  const auto found = guests_.find(friend_key);
  if (found == guests_.end()) return false;
  Guest& guest = found->second;
  if (std::exchange(guest.online, true)) return true;  // only the path has changed
  guest.left = kStay;
  invite(friend_key, guest, kFirstRepeat);
  return true;
}

// A member ends the friendship when it is in the group, which looks like this.
void Guests::on_offline(const Key& friend_key) {
  const auto found = guests_.find(friend_key);
  if (found == guests_.end() || !std::exchange(found->second.online, false)) return;
  found->second.left = std::min(found->second.left, kFarewell);
}

void Guests::invite(const Key& key, Guest& guest, std::chrono::seconds until_repeat) {
  if (!ways_.would_admit(guest.secret, key)) {
    guest.left = std::chrono::seconds(0);
    return;
  }
  const bool sent = ways_.invite(guest.chat_id, key);
  guest.until_repeat = sent ? until_repeat : kTick;
  log_info("guest.invited", "{peer} is invited to group {group}: {result}",
           Field{"peer", short_key(key)}, Field{"group", short_key(guest.chat_id)},
           Field{"result", sent ? "sent" : "not possible now"});
}

void Guests::tick_later() {
  timer_->set(kTick, [this] { tick(); });
}

void Guests::tick() {
  std::vector<Key> leaving;
  for (auto& [key, guest] : guests_) {
    guest.most -= kTick;
    guest.left = std::min(guest.left - kTick, guest.most);
    guest.until_repeat -= kTick;
    const bool is_due = guest.online && guest.until_repeat.count() <= 0;
    if (guest.left.count() > 0 && is_due) invite(key, guest, kRepeat);
    if (guest.left.count() <= 0) leaving.push_back(key);
  }
  if (!leaving.empty()) ways_.part(leaving);
  std::erase_if(guests_, [](const auto& entry) { return entry.second.left.count() <= 0; });
  if (!guests_.empty()) tick_later();
}

}  // namespace ngcshare
