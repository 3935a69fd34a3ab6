// Makes this side's offers to one peer (SPEC.md §6.5): gives each an id, sends it, repeats it until
// the peer shows that it holds it, and renews it under another id when the old one is used up.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/base/retry.h"
#include "protocol/base/token_bucket.h"
#include "protocol/session/alarm.h"
#include "protocol/session/control_sender.h"
#include "protocol/session/offers_made.h"
#include "protocol/session/remote_peer.h"
#include "protocol/session/session_ids.h"

namespace ngcshare {

class OfferSender {
 public:
  // All references must outlive the sender. `own` is what each Offer's extension says of this
  // process.
  OfferSender(OffersMade& made, SessionIds& ids, ControlSender& control, const RemotePeer& peer,
              Alarm& alarm, const Extension& own)
      : made_(made), ids_(ids), control_(control), peer_(peer), alarm_(alarm), own_(own) {}

  // Makes or changes the offer of a service; see PeerSession::offer(). REQUIRES: no other service
  // is offered under its name.
  void offer(ServiceKey service, const Offer& offer, std::optional<MsgId> preferred_id,
             bool already_sent, TimePoint now);

  // These two offer the service of `used_id` under a new id, unless the reason means that the peer
  // does not want it or may not have it. They do nothing if there is no such offer.
  // The id was used up by a mapping that has ended or was refused.
  void renew_after_mapping(MsgId used_id, KillReason reason, TimePoint now);
  // The peer has killed the offer, from which nothing runs here.
  void renew_after_kill(MsgId used_id, KillReason reason, TimePoint now);
  // Changes this side's extension; offers that stand get it by renew_all().
  void set_own_extension(const Extension& own) { own_ = own; }
  // Sends all offers to a new process of the peer, also those that the old one has declined.
  void renew_all(TimePoint now);

  // Compares the digest of the offers that the peer holds with the own one. Stops repeating if they
  // agree. Otherwise sends all offers again, and Kills for those that ended lately, at longer and
  // longer intervals, because with some peers the two never agree.
  void compare(uint64_t heard_digest, TimePoint now);

  void tick(TimePoint now);
  std::optional<TimePoint> deadline() const { return retry_.deadline(); }

 private:
  static constexpr Duration kFirstResync = std::chrono::seconds(2);
  static constexpr Duration kLongestResync = std::chrono::minutes(5);

  const Offer& place(ServiceKey service, Offer offer, std::optional<MsgId> preferred_id);
  Offer with_own(Offer offer) const;
  void renew(const OffersMade::Made& used, TimePoint now);
  void repeat_all();
  void expect_confirmation(TimePoint now);
  bool resync_due(TimePoint now);

  OffersMade& made_;
  SessionIds& ids_;
  ControlSender& control_;
  const RemotePeer& peer_;
  Alarm& alarm_;
  Extension own_;
  Retry retry_;
  Duration resync_interval_ = kFirstResync;
  std::optional<TimePoint> next_resync_;
  TokenBucket renewal_budget_{1, 10};  // of renew_after_kill()
};

}  // namespace ngcshare
