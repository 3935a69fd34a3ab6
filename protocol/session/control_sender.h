// Sends control packets to one peer (SPEC.md §6.2, §6.3, §8.9): over the link where the peer has
// its end of it, otherwise on the lossless channel, with copies on the lossy one that no lost
// packet can hold back. Kills are repeated until the peer acknowledges them.
#pragma once

#include <optional>

#include "protocol/base/token_bucket.h"
#include "protocol/session/alarm.h"
#include "protocol/session/kill_repeater.h"
#include "protocol/session/outbox.h"
#include "protocol/session/peer_link.h"
#include "protocol/session/remote_peer.h"
#include "protocol/wire/contact.h"

namespace ngcshare {

class ControlSender {
 public:
  // All references must outlive the sender.
  ControlSender(Contact& contact, const RemotePeer& peer, PeerLink& link, Alarm& alarm)
      : outbox_(contact), contact_(contact), peer_(peer), link_(link), alarm_(alarm) {}

  // -- any control packet --------------------------------------------------------------------
  // Sends an Accept, Ack-Acc or Window, which its mapping repeats where that is needed.
  // `lossless_too`: not only as a copy.
  void send(const Packet& packet, bool lossless_too);
  // Sends on the lossless channel, or queues the packet when there is no room.
  void send_lossless(const Packet& packet) { outbox_.send(packet); }
  // Sends a copy on the lossy channel to a peer that understands copies: one that says Hello.
  void send_copy(const Packet& packet);
  void send_hello(const Hello& hello);

  // -- Kill ----------------------------------------------------------------------------------
  // Sends a Kill so that it arrives: over the link, or repeated until acknowledged.
  void kill(const Kill& kill, TimePoint now);
  // Sends a Kill once, never over the link.
  void send_kill(const Kill& kill);
  // Takes one of the answers that replayed packets and strangers could cause any number of, ten a
  // second. Returns false if none is left: the packet is not answered, and its peer repeats it if
  // it is honest.
  bool may_answer(TimePoint now) { return answer_budget_.take(now); }
  // Takes one of the answers to Accepts that open nothing, refused or repeated ones: a thousand a
  // second. Returns false if none is left; then the Accept is dropped.
  bool may_answer_accept(TimePoint now) { return accept_budget_.take(now); }
  // Answers a packet for an id that is not known here. Returns false if may_answer() forbids it.
  bool send_unknown(MsgId id, TimePoint now);
  // Acknowledges the peer's Kill, if the peer repeats Kills until they are acknowledged. Bounded: a
  // Kill that is left unanswered is repeated by its peer.
  void acknowledge_kill(MsgId id, TimePoint now);
  void note_kill_acknowledged(MsgId id) { kills_.acknowledged(id); }
  // Repeats no Kill any more: the process they were meant for is gone.
  void forget_kills() { kills_.clear(); }

  // -- Data and room -------------------------------------------------------------------------
  // Sends a Data packet; the lossless kind only behind all control packets.
  SendResult send_data(const Packet& packet) { return outbox_.send_data(packet); }
  // Returns whether control packets wait for room.
  bool is_waiting() const { return !outbox_.empty(); }
  // Sends the packets that wait. Returns false if some still do.
  bool flush() { return outbox_.flush(); }

  // -- time ----------------------------------------------------------------------------------
  void tick(TimePoint now);
  std::optional<TimePoint> deadline() const { return kills_.deadline(); }

 private:
  Outbox outbox_;
  KillRepeater kills_;
  TokenBucket answer_budget_{10, 20};
  TokenBucket accept_budget_{1000, 4096};
  TokenBucket kill_budget_{1000, 4096};  // the burst: all mappings and offers of a peer end at once
  Contact& contact_;
  const RemotePeer& peer_;
  PeerLink& link_;
  Alarm& alarm_;
};

}  // namespace ngcshare
