// Decides when a udp flow looks for its target at another address, and where it goes. UDP has no
// connection that would break: a container that was made anew under another address shows only by
// silence, or by ICMP errors from the old one. No I/O, no clock.
#pragma once

#include <asio/ip/udp.hpp>
#include <optional>

#include "bot/target/address.h"
#include "protocol/base/clock.h"

namespace ngcshare {

class UdpSearch {
 public:
  using Endpoint = asio::ip::udp::endpoint;

  // A search begins when a datagram has been refused, but kRefusedPause after the one before, or
  // when nothing has come back for kSilence although something was sent. Each search of a silence
  // doubles that time, because some services never answer.
  static constexpr std::chrono::seconds kRefusedPause{1};
  static constexpr std::chrono::seconds kSilence{5};
  static constexpr std::chrono::seconds kLongestSilence{60};

  // Returns true if a search is due; the caller begins it at once.
  bool on_sent(TimePoint now);
  bool on_refused(TimePoint now);
  void on_heard();
  // Returns true if the current address has answered.
  bool heard() const { return heard_; }

  // Returns where to go from `current`, given the target's addresses as they are now: stays if it
  // was heard there and is there still.
  Endpoint choose(const Endpoint& current, const TargetEndpoints& found);

 private:
  bool begin(TimePoint now);

  std::optional<TimePoint> silent_since_;  // the first datagram without an answer, or a search
  std::optional<TimePoint> last_search_;
  Duration silence_ = kSilence;
  bool heard_ = false;    // from the current address
  bool refused_ = false;  // by the current address, since it was last heard
};

}  // namespace ngcshare
