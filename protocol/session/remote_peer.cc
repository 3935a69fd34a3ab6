#include "protocol/session/remote_peer.h"

namespace ngcshare {
namespace {

// A process whose epoch counts as stale is believed to be the living one after this many Hellos.
constexpr int kStaleHellosToBelieve = 3;

}  // namespace

RemotePeer::Verdict RemotePeer::observe(uint32_t epoch, TimePoint now) {
  if (epoch_.is_restart(epoch) && !restart_budget_.take(now)) return Verdict::kTooOften;
  switch (epoch_.observe(epoch)) {
    case EpochTracker::Verdict::kStale:
      return Verdict::kStale;
    case EpochTracker::Verdict::kRestarted:
      return Verdict::kRestarted;
    case EpochTracker::Verdict::kFirst:
    case EpochTracker::Verdict::kSame:
      break;
  }
  return Verdict::kCurrent;
}

bool RemotePeer::revives(const Hello& hello, TimePoint now) {
  if (hello.peer_epoch != own_epoch_) return false;
  if (++stale_hellos_ < kStaleHellosToBelieve || !restart_budget_.take(now)) return false;
  epoch_.adopt(hello.epoch);
  return true;
}

}  // namespace ngcshare
