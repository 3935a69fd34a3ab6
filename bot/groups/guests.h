// Lets guests into groups by friendship. Whoever sends a friend request with the secret of an
// invitation becomes a friend of this gateway, gets an invitation to the group as soon as a
// connection stands, and is a friend no longer after a while. Nobody else is answered. Knows
// neither toxcore nor a clock.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "bot/base/key.h"
#include "bot/invitation/link.h"
#include "bot/tox/one_shot_timer.h"
#include "protocol/base/bytes.h"
#include "protocol/base/clock.h"
#include "protocol/base/token_bucket.h"

namespace ngcshare {

class Guests {
 public:
  // May be called from inside toxcore. None may throw.
  struct Ways {
    // Returns the chat id of the group that the guest may enter.
    std::function<std::optional<Key>(const InvitationSecret& secret, const Key& guest)> admit;
    // Returns whether the guest could be admitted, now or still.
    std::function<bool(const InvitationSecret& secret, const Key& guest)> would_admit;
    // Returns false if toxcore refuses.
    std::function<bool(const Key& guest)> befriend;
    // Returns false if the group or the connection is not there now.
    std::function<bool(const Key& chat_id, const Key& guest)> invite;
    // Has toxcore report the next request of this key, too.
    std::function<void(const Key& stranger)> turn_away;
    // Ends the friendships at once, so that no event of the guests comes after it. Not called from
    // inside toxcore. Gets all guests of a moment together, because it writes the disk.
    std::function<void(const std::vector<Key>& guests)> part;
    std::function<TimePoint()> now;
  };

  static constexpr size_t kMost = 32;
  // Requests that are compared with the invitations, so that they cost little of a core. Others are
  // turned away without being looked at.
  static constexpr double kRequestsPerSecond = 20;
  static constexpr double kRequestsAtOnce = 100;
  // Those that are granted: each writes the disk, and whoever has a link can make any number.
  static constexpr double kGuestsPerSecond = 1;
  static constexpr double kGuestsAtOnce = 16;
  static constexpr std::chrono::seconds kTick{1};
  static constexpr std::chrono::seconds kWait{180};  // until the connection stands
  static constexpr std::chrono::seconds kStay{120};  // after that
  // An invitation is repeated while it shows no effect. The first repetition comes soon, because
  // toxcore drops an invitation until the member has given up its search for the group.
  static constexpr std::chrono::seconds kFirstRepeat{2};
  static constexpr std::chrono::seconds kRepeat{20};
  static constexpr std::chrono::seconds kFarewell{10};  // after an invited guest went offline

  Guests(std::unique_ptr<OneShotTimer> timer, Ways ways);

  // -- toxcore's events -------------------------------------------------------------------------
  void on_request(const Key& stranger, Bytes message);
  // Returns false if the friend is not a guest.
  bool on_online(const Key& friend_key);
  void on_offline(const Key& friend_key);

  size_t count() const { return guests_.size(); }

 private:
  struct Guest {
    Key chat_id{};
    InvitationSecret secret{};
    bool online = false;
    std::chrono::seconds left{kWait};          // until the friendship ends
    std::chrono::seconds most{kWait + kStay};  // the same, whatever the guest does
    std::chrono::seconds until_repeat{0};      // of the invitation
  };

  std::optional<Key> admit(const InvitationSecret& secret, const Key& stranger);
  void invite(const Key& key, Guest& guest, std::chrono::seconds until_repeat);
  void tick();
  void tick_later();

  const std::unique_ptr<OneShotTimer> timer_;
  const Ways ways_;
  std::map<Key, Guest> guests_;
  TokenBucket requests_{kRequestsPerSecond, kRequestsAtOnce};
  TokenBucket admissions_{kGuestsPerSecond, kGuestsAtOnce};
};

}  // namespace ngcshare
