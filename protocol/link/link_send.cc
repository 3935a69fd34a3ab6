// Link: sending. Fills packets with frames and hands them to the contact.
#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "protocol/link/link.h"

namespace ngcshare::link {
namespace {

constexpr Outgoing kLinkPacket{Channel::kLossy, PacketId::kAccept};

}  // namespace

uint64_t Link::window() const {
  return relayed_ ? std::min(congestion_->window(), kMaxInFlightOverRelay) : congestion_->window();
}

// Returns whether another packet may be in flight. Datagrams share the window, but leave the link
// the least one, without which no acknowledgement would tell that they have arrived.
bool Link::window_has_room() const {
  const uint64_t own = sent_.bytes_in_flight() + kFullPacketBytes;
  return own <= window() &&
         (own <= kLeastWindowBytes || own + datagrams_.bytes_in_flight() <= window());
}

// Returns whether datagrams take all of the pace. One packet is in flight even then: its
// acknowledgement tells what the datagrams show of the path, which may be faster than was known.
bool Link::starved_by_datagrams() const {
  return !sent_.anything_in_flight() && datagrams_.bytes_in_flight() > 0;
}

Header Link::next_header() const {
  return {config_.send_token, static_cast<uint32_t>(sent_.next_number())};
}

bool Link::has_something_to_send() const {
  return !control_queue_.empty() || flow_.limit_due() || !limits_.empty() || !turns_.empty() ||
         !repairs_.empty() || !resets_.empty() || probes_to_send_ > 0 ||
         (!held_back_.empty() && flow_.room() > 0);
}

void Link::pump(TimePoint now) {
  now_ = now;
  deliver(now);
  give_up_stuck_stream(now);
  if (suspended_) return;
  pacer_.advance(now);
  // No size probe after a timeout: each timeout gives up two packets, which should carry frames.
  if (timeouts_ == 0 && (sent_.anything_in_flight() || has_something_to_send())) {
    send_size_probe(now);
    if (suspended_) return;
  }
  do {
    while ((stopped_by_ = try_send_packet(now)) == SendOutcome::kSent) {
    }
    // Sending has made room in streams, which the handler may fill at once.
    offer_room(now);
  } while (stopped_by_ == SendOutcome::kNothingToSend && has_something_to_send());
  if (stopped_by_ == SendOutcome::kHeldByPacer) pacer_.on_held();
  if (stopped_by_ == SendOutcome::kNothingToSend && all_in_flight() < window()) {
    sampler_.on_app_limited(all_in_flight());
  }
  if (acks_.due(now)) send_ack(now);
}

// Sends one packet, or returns the reason why it could not.
Link::SendOutcome Link::try_send_packet(TimePoint now) {
  if (!has_something_to_send()) return SendOutcome::kNothingToSend;
  if (probes_to_send_ == 0) {
    if (!window_has_room()) return SendOutcome::kWindowFull;
    if (!pacer_.may_send() && !starved_by_datagrams()) return SendOutcome::kHeldByPacer;
  }
  Frame frame;
  PacketWriter out(frame, size_probe_.current(), next_header());
  SentPacket packet;
  fill(out, packet, now);
  if (packet.frame_count == 0) {
    if (probes_to_send_ == 0) {
      // The queued frames are no longer needed, or do not fit beside an acknowledgement.
      if (out.empty()) return SendOutcome::kNothingToSend;
      out.finish();
      return transmit_ack(frame) ? SendOutcome::kSent : SendOutcome::kContactRefused;
    }
    out.write_ping();
  }
  out.finish();
  if (!transmit(frame, packet, now)) return SendOutcome::kContactRefused;
  if (probes_to_send_ > 0) --probes_to_send_;
  return SendOutcome::kSent;
}

void Link::fill(PacketWriter& out, SentPacket& packet, TimePoint now) {
  if (acks_.anything_new() && acks_.write(out, now)) packet.reported_below = acks_.reported_below();
  fill_control(out, packet);
  fill_limits(out, packet);
  fill_resets(out, packet);
  fill_streams(out, packet);
}

void Link::fill_control(PacketWriter& out, SentPacket& packet) {
  while (!control_queue_.empty() && packet.has_room()) {
    const uint64_t number = control_queue_.front();
    const auto found = control_.find(number);
    if (found != control_.end()) {
      if (!out.write_control(static_cast<uint8_t>(found->second.id), found->second.body)) return;
      packet.add({SentFrame::Kind::kControl, false, 0, 0, number});
    }
    control_queue_.pop_front();
  }
}

void Link::fill_limits(PacketWriter& out, SentPacket& packet) {
  if (flow_.limit_due() && packet.has_room() && out.write_link_limit(flow_.limit())) {
    flow_.on_limit_sent();
    packet.add({SentFrame::Kind::kLinkLimit, false, 0, 0, 0});
  }
  while (!limits_.empty() && packet.has_room()) {
    const MsgId id = limits_.back();
    if (Stream* const stream = find(id); stream != nullptr && stream->send_limit) {
      if (!out.write_stream_limit(id, stream->in.credit().limit())) return;
      stream->send_limit = false;
      packet.add({SentFrame::Kind::kStreamLimit, false, 0, id, 0});
    }
    limits_.pop_back();
  }
}

void Link::fill_resets(PacketWriter& out, SentPacket& packet) {
  while (!resets_.empty() && packet.has_room()) {
    const auto reset = unacked_resets_.find(resets_.back());
    if (reset != unacked_resets_.end()) {
      if (!out.write_reset(reset->first, reset->second)) return;
      packet.add({SentFrame::Kind::kReset, false, 0, reset->first, reset->second});
    }
    resets_.pop_back();
  }
}

// Takes out the stream whose turn it is and stores its id, or returns nullptr if there is none.
// Those with lost bytes come first, because their readers wait for nothing else; then those that
// the link's limit held back, which have waited longest.
Link::Stream* Link::next_stream(MsgId& id) {
  if (!repairs_.empty()) {
    id = repairs_.front();
    Stream* const stream = find(id);
    repairs_.remove(stream->repair);
    return stream;
  }
  if (!held_back_.empty() && flow_.room() > 0) {
    id = held_back_.front();
    Stream* const stream = find(id);
    held_back_.remove(stream->held_back);
    return stream;
  }
  while (!turns_.empty()) {
    id = turns_.front();
    turns_.pop_front();
    Stream* const stream = find(id);
    if (stream == nullptr) continue;
    stream->in_turn = false;
    return stream;
  }
  return nullptr;
}

// Takes from each stream in turn as much as fits, so a packet's worth from a stream that has much.
void Link::fill_streams(PacketWriter& out, SentPacket& packet) {
  while (packet.has_room()) {
    const size_t room = out.stream_room();
    if (room == 0) return;
    MsgId id = 0;
    Stream* const stream = next_stream(id);
    if (stream == nullptr) return;
    const auto segment = stream->out.next_segment(room, flow_.room());
    if (!segment) {
      give_turn(id, *stream);
      continue;
    }
    const auto bytes = out.write_stream(id, segment->offset, segment->length, segment->fin);
    stream->out.copy(segment->offset, bytes);
    if (segment->is_new) {
      flow_.on_sent(segment->length);
      stats_.bytes_sent += segment->length;
      note_room(id, *stream);
    } else {
      stats_.bytes_repeated += segment->length;
    }
    packet.add({SentFrame::Kind::kStream, segment->fin, static_cast<uint16_t>(segment->length), id,
                segment->offset});
    give_turn(id, *stream);
  }
}

bool Link::transmit(Frame& frame, SentPacket& packet, TimePoint now) {
  packet.state = SentPacket::State::kInFlight;
  packet.body_bytes = static_cast<uint16_t>(frame.body().size());
  packet.sent_at = now;
  const SendResult result = contact_.send(kLinkPacket, frame);
  if (result != SendResult::kSent) {
    on_frames_lost(packet);
    acks_.write_again();
    if (result == SendResult::kGone) suspended_ = true;
    return false;
  }
  packet.snapshot = sampler_.on_sent(now, !sent_.anything_in_flight());
  sent_.add(packet);
  ++stats_.packets_sent;
  pacer_.on_sent(packet.wire_bytes());
  congestion_->on_sent(now, packet.wire_bytes(), sent_.bytes_in_flight());
  return true;
}

void Link::send_size_probe(TimePoint now) {
  const auto size = size_probe_.wanted(now);
  if (!size || !window_has_room()) return;
  Frame frame;
  PacketWriter out(frame, *size, next_header());
  out.write_ping();
  out.pad_to(*size);
  out.finish();
  SentPacket packet;
  packet.is_probe = true;
  if (transmit(frame, packet, now)) size_probe_.on_probe_sent();
}

// Sends a packet with only an ACK frame. It is not acknowledged itself, so neither window nor pacer
// hold it back.
void Link::send_ack(TimePoint now) {
  if (suspended_) return;
  Frame frame;
  PacketWriter out(frame, size_probe_.current(), next_header());
  acks_.write(out, now);
  out.finish();
  if (!transmit_ack(frame)) stopped_by_ = SendOutcome::kContactRefused;
}

bool Link::transmit_ack(Frame& frame) {
  if (contact_.send(kLinkPacket, frame) != SendResult::kSent) {
    acks_.write_again();
    return false;
  }
  ++stats_.packets_sent;
  sent_.add({});
  return true;
}

// -- datagrams ---------------------------------------------------------------------------------

void Link::set_datagrams_reported(bool reported) {
  datagrams_reported_ = reported;
  acks_.set_reports_datagrams(reported);
}

// Forgets datagrams of which no acknowledgement has told in time: nothing acknowledges them while
// the link is idle, and the rate of its next packets must not count more of them than a round trip
// has. Later the oldest may be a round trip older than the packet whose acknowledgement tells.
void Link::forget_old_datagrams(TimePoint now) {
  const Duration wait = sent_.anything_in_flight() ? probe_wait() : Duration{};
  datagrams_.forget_until(now - rtt_.smoothed() - wait);
}

void Link::on_datagram_sent(size_t body_bytes, TimePoint now) {
  const uint64_t bytes = body_bytes + kOverheadBytes;
  pacer_.on_sent(bytes);
  if (suspended_) return;
  forget_old_datagrams(now);
  datagrams_.on_sent({now, bytes, sampler_.on_sent(now, !sent_.anything_in_flight())});
}

// -- room for the local side -------------------------------------------------------------------

// Call when bytes of the stream have been sent or acknowledged.
void Link::note_room(MsgId id, Stream& stream) {
  if (stream.room != Stream::Room::kWanted || stream.out.unsent() > unsent_limit() / 2) return;
  if (has_memory(stream)) {
    stream.room = Stream::Room::kMade;
    room_made_.push_back(id);
  } else {
    want_memory_.add(id, stream.wants_memory);
  }
}

// Asks only streams for which room has been made, not all that wait.
void Link::offer_room(TimePoint now) {
  for (const MsgId id : std::exchange(room_made_, {})) offer_room(id, now);
  if (want_memory_.empty()) return;
  for (size_t left = want_memory_.size(); left > 0 && !want_memory_.empty(); --left) {
    const MsgId id = want_memory_.front();
    if (!has_memory(*find(id))) return;
    offer_room(id, now);
  }
}

void Link::offer_room(MsgId id, TimePoint now) {
  Stream* const stream = find(id);
  if (stream == nullptr) return;
  want_memory_.remove(stream->wants_memory);
  if (std::exchange(stream->room, Stream::Room::kUnwanted) == Stream::Room::kUnwanted) return;
  handler_.on_writable(id, now);
}

}  // namespace ngcshare::link
