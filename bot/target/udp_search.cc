#include "bot/target/udp_search.h"

#include <algorithm>

namespace ngcshare {

bool UdpSearch::on_sent(TimePoint now) {
  if (!silent_since_) silent_since_ = now;
  if (now - *silent_since_ < silence_) return false;
  silence_ = std::min<Duration>(silence_ * 2, kLongestSilence);
  return begin(now);
}

bool UdpSearch::on_refused(TimePoint now) {
  refused_ = true;
  if (last_search_ && now - *last_search_ < kRefusedPause) return false;
  return begin(now);
}

void UdpSearch::on_heard() {
  silent_since_.reset();
  silence_ = kSilence;
  heard_ = true;
  refused_ = false;
}

bool UdpSearch::begin(TimePoint now) {
  silent_since_ = now;
  last_search_ = now;
  return true;
}

// A loopback address that is silent has a program listening, or it would refuse. An address that
// was heard and refuses is where the service restarts; it is left if it refuses again.
UdpSearch::Endpoint UdpSearch::choose(const Endpoint& current, const TargetEndpoints& found) {
  if (found.empty()) return current;
  const auto at = std::find_if(found.begin(), found.end(), [&](const auto& endpoint) {
    return endpoint.address() == current.address() && endpoint.port() == current.port();
  });
  const bool is_there = at != found.end();
  const bool stays = is_there && (heard_ || (!refused_ && current.address().is_loopback()));
  if (refused_ || !stays) heard_ = refused_ = false;
  if (stays) return current;
  const auto next = !is_there || at + 1 == found.end() ? found.begin() : at + 1;
  return {next->address(), next->port()};
}

}  // namespace ngcshare
