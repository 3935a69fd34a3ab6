// The events that a session reports to its handler and to the sinks of mappings that have ended, in
// the order in which they happened. They wait here until no call of a session is on the stack,
// because their receivers close ports and connections and so destroy what may have caused them.
#pragma once

#include <deque>
#include <memory>
#include <utility>
#include <variant>

#include "protocol/session/mapping.h"
#include "protocol/wire/packet.h"

namespace ngcshare {

class SessionEvents {
 public:
  struct OfferHeard {
    Offer offer;
  };
  struct OfferGone {
    Offer offer;
    KillReason reason;
  };
  struct PresenceChanged {
    bool present;
  };
  // Keeps a mapping alive until its sink has been told, if it is to be.
  struct MappingEnded {
    std::shared_ptr<Mapping> mapping;
  };
  using Event = std::variant<OfferHeard, OfferGone, PresenceChanged, MappingEnded>;

  bool empty() const { return waiting_.empty(); }
  void add(Event event) { waiting_.push_back(std::move(event)); }
  // Removes the oldest event and returns it. REQUIRES: !empty().
  Event take() {
    Event event = std::move(waiting_.front());
    waiting_.pop_front();
    return event;
  }

 private:
  std::deque<Event> waiting_;
};

}  // namespace ngcshare
