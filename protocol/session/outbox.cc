#include "protocol/session/outbox.h"

namespace ngcshare {

void Outbox::send(const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  if (queue_.empty() && contact_.send(where, frame) != SendResult::kFull) return;
  if (queue_.size() >= kMaxPackets) return;
  const Bytes body = frame.body();
  queue_.push_back({where, {body.begin(), body.end()}});
}

void Outbox::send_copy(const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_control_copy(packet, frame);
  contact_.send(where, frame);
}

SendResult Outbox::send_data(const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  if (where.channel == Channel::kLossless && !queue_.empty()) return SendResult::kFull;
  return contact_.send(where, frame);
}

bool Outbox::flush() {
  while (!queue_.empty()) {
    Frame frame;
    ByteWriter out = frame.writer();
    out.write_bytes(queue_.front().body);
    frame.set_size(out.size());
    if (contact_.send(queue_.front().where, frame) == SendResult::kFull) return false;
    queue_.pop_front();
  }
  return true;
}

}  // namespace ngcshare
