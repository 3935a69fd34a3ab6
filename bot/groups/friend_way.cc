#include "bot/groups/friend_way.h"

#include <utility>

namespace ngcshare {

FriendWay::FriendWay(std::unique_ptr<OneShotTimer> timer, Ways ways)
    : timer_(std::move(timer)), ways_(std::move(ways)) {}

void FriendWay::begin() { ask(); }

void FriendWay::ask() {
  if (online_) return wait();
  ways_.request();
  timer_->set(kRepeat, [this] { ask(); });
}

void FriendWay::end() {
  timer_->cancel();
  if (!std::exchange(parted_, true)) ways_.part();
}

void FriendWay::on_online(bool online) {
  const bool came = online && !std::exchange(online_, online);
  online_ = online;
  if (came && !in_ && state_ == State::kAsking) wait();
}

void FriendWay::wait() {
  state_ = State::kWaiting;
  ways_.defer([this] {
    if (!in_) ways_.leave();
  });
  timer_->set(kPatience, [this] { search(); });
}

void FriendWay::on_invitation(Bytes invitation) {
  if (in_ || std::exchange(taking_, true)) return;
  const std::vector<uint8_t> kept(invitation.begin(), invitation.end());
  ways_.defer([this, kept] { take(kept); });
}

void FriendWay::take(const std::vector<uint8_t>& invitation) {
  taking_ = false;
  if (in_) return;
  if (!ways_.accept(invitation)) return search();
  state_ = State::kTaken;
  timer_->set(kPatience, [this] { wait(); });
}

void FriendWay::search() {
  state_ = State::kAsking;
  ways_.search();
  timer_->set(kRepeat, [this] { ask(); });
}

void FriendWay::on_joined() {
  if (std::exchange(in_, true)) return;
  timer_->cancel();
  ways_.defer([this] { end(); });
}

}  // namespace ngcshare
