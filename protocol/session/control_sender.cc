#include "protocol/session/control_sender.h"

namespace ngcshare {
namespace {

// Returns whether a Kill may overtake stream bytes on the lossless channel: only where they are not
// wanted any more.
bool may_overtake_data(KillReason reason) {
  switch (reason) {
    case KillReason::kUnspecified:
    case KillReason::kClosed:
    case KillReason::kUnknown:
      return false;
    default:
      return true;
  }
}

}  // namespace

void ControlSender::send(const Packet& packet, bool lossless_too) {
  if (link_.send_control(packet)) return;
  send_copy(packet);
  if (lossless_too || !peer_.says_hello()) send_lossless(packet);
}

void ControlSender::send_copy(const Packet& packet) {
  if (peer_.says_hello()) outbox_.send_copy(packet);
}

void ControlSender::send_hello(const Hello& hello) {
  Frame frame;
  const Outgoing where = encode_packet(hello, frame);
  contact_.send(where, frame);
}

void ControlSender::kill(const Kill& kill, TimePoint now) {
  if (link_.send_control(kill)) return;
  send_kill(kill);
  if (!peer_.knows_extension()) return;  // it would not acknowledge
  kills_.add(kill, now);
  alarm_.ring_by(kills_.deadline());
}

void ControlSender::send_kill(const Kill& kill) {
  send_lossless(kill);
  if (may_overtake_data(kill.reason)) send_copy(kill);
}

bool ControlSender::send_unknown(MsgId id, TimePoint now) {
  if (!may_answer(now)) return false;
  send_kill({id, KillReason::kUnknown});
  return true;
}

void ControlSender::acknowledge_kill(MsgId id, TimePoint now) {
  if (peer_.knows_extension() && kill_budget_.take(now)) send_kill({id, KillReason::kAck});
}

void ControlSender::tick(TimePoint now) {
  for (const Kill& again : kills_.due(now)) send_kill(again);
}

}  // namespace ngcshare
