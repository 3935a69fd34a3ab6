// The remote peer's identity: its process (the epoch), its capabilities and its presence (SPEC.md
// §4.2, §6.4, §6.7). Only keeps what packets have shown; sends nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/base/token_bucket.h"
#include "protocol/session/epoch_tracker.h"
#include "protocol/session/presence.h"
#include "protocol/wire/packet.h"

namespace ngcshare {

class RemotePeer {
 public:
  enum class Verdict {
    kCurrent,    // the process that is known, or the first one
    kRestarted,  // a new process, which is the current one from now on
    kStale,      // a process that was replaced: the packet is late or replayed
    kTooOften,   // a new process, but too soon after the last ones: nothing has changed
  };

  RemotePeer(uint32_t own_epoch, uint32_t own_capabilities, TimePoint now)
      : own_epoch_(own_epoch), own_capabilities_(own_capabilities) {
    presence_.heard(now);
  }

  void set_own_epoch(uint32_t epoch) { own_epoch_ = epoch; }

  // Judges the epoch in a packet. After kRestarted the owner forgets what concerned the old process
  // and then calls presence().restart() and learn().
  Verdict observe(uint32_t epoch, TimePoint now);
  // Returns true if `hello`, whose epoch observe() has rejected, comes from the living process
  // after all, because several such Hellos that know our own epoch cannot all be replayed. Its
  // epoch is then the current one; proceed as after kRestarted.
  bool revives(const Hello& hello, TimePoint now);

  // The peer has sent an extension or a Hello with these capabilities.
  void learn(uint32_t capabilities) {
    knows_extension_ = true;
    capabilities_ = capabilities;
  }
  // The peer has sent a Hello of the current epoch, which names `peer_epoch` as ours.
  void note_hello(uint32_t peer_epoch) {
    stale_hellos_ = 0;
    named_epoch_ = peer_epoch;
    presence_.heard_hello();
  }

  // Returns nullopt while it is unknown.
  std::optional<uint32_t> epoch() const { return epoch_.current(); }
  // Returns the epoch that its last Hello names as ours; 0: it knew none, or has sent no Hello.
  uint32_t named_epoch() const { return named_epoch_; }
  bool knows_extension() const { return knows_extension_; }
  bool says_hello() const { return presence_.says_hello(); }
  // Returns the capabilities that both sides have named.
  uint32_t shared_capabilities() const { return own_capabilities_ & capabilities_; }

  Presence& presence() { return presence_; }
  const Presence& presence() const { return presence_; }

 private:
  uint32_t own_epoch_;
  const uint32_t own_capabilities_;
  EpochTracker epoch_;
  int stale_hellos_ = 0;  // in a row, of one process that knows our epoch
  uint32_t named_epoch_ = 0;
  uint32_t capabilities_ = 0;
  bool knows_extension_ = false;
  Presence presence_;
  TokenBucket restart_budget_{0.2, 5};  // each new process is answered with all offers
};

}  // namespace ngcshare
