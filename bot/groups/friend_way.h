// Gets a member into a group by friendship with its gateway, beside the search for the group by its
// chat id. The one that comes first wins: a connection to the gateway ends a search that has found
// nobody, because toxcore drops invitations to a group that it searches for, and in the group the
// friendship ends. Knows neither toxcore nor a clock.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "bot/tox/one_shot_timer.h"
#include "protocol/base/bytes.h"

namespace ngcshare {

class FriendWay {
 public:
  struct Ways {
    // Sends the friend request, or sends it anew.
    std::function<void()> request;
    // Runs an action after the current, or else the next, iteration of toxcore.
    std::function<void(std::function<void()>)> defer;
    // Leaves the group that nobody was found in, if there is one; done after the next iteration.
    std::function<void()> leave;
    // Returns false if toxcore refuses.
    std::function<bool(Bytes invitation)> accept;
    // Searches for the group again.
    std::function<void()> search;
    // Ends the friendship. Not called from inside toxcore.
    std::function<void()> part;
  };

  // toxcore repeats a request ever more rarely, and a gateway may come late.
  static constexpr std::chrono::seconds kRepeat{120};
  // For an invitation, and then for its effect. Longer than the gateway waits to repeat it.
  static constexpr std::chrono::seconds kPatience{30};

  FriendWay(std::unique_ptr<OneShotTimer> timer, Ways ways);

  void begin();
  // Ends the friendship at the end of the program. Not to be called from inside toxcore.
  void end();

  // -- toxcore's events -------------------------------------------------------------------------
  void on_online(bool online);
  void on_invitation(Bytes invitation);
  void on_joined();

  // Returns true if an invitation was accepted, in place of the search.
  bool was_invited() const { return state_ == State::kTaken; }
  // Returns true while the group must not be searched for.
  bool excludes_search() const { return state_ != State::kAsking && !in_; }

 private:
  enum class State {
    kAsking,   // the gateway; meanwhile the group is searched for
    kWaiting,  // for the gateway's invitation, without a search
    kTaken,    // the invitation was accepted
  };

  void ask();
  void wait();
  void take(const std::vector<uint8_t>& invitation);
  void search();

  const std::unique_ptr<OneShotTimer> timer_;
  const Ways ways_;
  State state_ = State::kAsking;
  bool online_ = false;
  bool in_ = false;
  bool taking_ = false;  // an invitation
  bool parted_ = false;
};

}  // namespace ngcshare
