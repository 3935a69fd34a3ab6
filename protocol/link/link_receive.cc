// Link: receiving. Frames, acknowledgements and the losses that they reveal.
#include <algorithm>
#include <utility>

#include "protocol/base/overloaded.h"
#include "protocol/link/link.h"
#include "protocol/link/truncated.h"

namespace ngcshare::link {
namespace {

// Unread bytes of a stream that make on_readable() be called at once, in the middle of a burst of
// packets, instead of in the next pump().
constexpr uint64_t kDeliverInBurst = 64 * 1024;

bool wants_ack(const LinkFrame& frame) {
  return !std::holds_alternative<AckFrame>(frame) && !std::holds_alternative<PaddingFrame>(frame);
}

}  // namespace

bool Link::receive(Bytes body, TimePoint now) {
  now_ = now;
  const auto header = decode_link_packet(body, frames_);
  if (!header) {
    ++stats_.malformed;
    return false;
  }
  if (header->token != config_.receive_token) {
    ++stats_.foreign;
    return false;
  }
  const uint64_t number = acks_.complete(header->packet_number);
  if (acks_.is_duplicate(number)) {
    ++stats_.duplicates;
    return true;
  }
  ++stats_.packets_received;
  bool taken = true;
  bool eliciting = false;
  // Handlers must not call receive(), so frames_ does not change meanwhile.
  for (const LinkFrame& frame : frames_) {
    eliciting = eliciting || wants_ack(frame);
    taken = handle_frame(frame, now) && taken;
  }
  if (!taken) {
    ++stats_.refused;
    return true;
  }
  acks_.on_received(number, eliciting, now);
  if (acks_.due_in_burst()) send_ack(now);
  return true;
}

bool Link::handle_frame(const LinkFrame& frame, TimePoint now) {
  return std::visit(Overloaded{
                        [](const PaddingFrame&) { return true; },
                        [](const PingFrame&) { return true; },
                        [&](const AckFrame& ack) {
                          handle(ack, now);
                          return true;
                        },
                        [&](const ControlFrame& control) {
                          handler_.on_control(static_cast<PacketId>(control.id), control.body, now);
                          return true;
                        },
                        [&](const StreamLimitFrame& limit) {
                          if (Stream* const stream = find(limit.id); stream != nullptr) {
                            stream->out.on_limit(limit.limit);
                            give_turn(limit.id, *stream);
                          }
                          return true;
                        },
                        [&](const LinkLimitFrame& limit) {
                          flow_.on_limit(limit.limit);
                          return true;
                        },
                        [&](const ResetFrame& reset) { return handle(reset, now); },
                        [&](const StreamFrame& data) { return handle(data, now); },
                    },
                    frame);
}

bool Link::handle(const StreamFrame& frame, TimePoint now) {
  Stream* const stream = find(frame.id);
  if (stream == nullptr) return is_settled_by(frame) || handler_.is_over(frame.id);
  if (stream->released) return true;
  const uint64_t offset = stream->in.complete_offset(frame.offset);
  // What can be read at once is taken always, so that memory is given back.
  if (!memory_.may_take() &&
      !(offset <= stream->in.read_until() && stream->in.readable().empty())) {
    return false;
  }
  if (stream->buffered_bytes() == 0) stream->progress.begin(now);
  switch (stream->in.receive(offset, frame.bytes, frame.fin, now)) {
    case ReceiveStream::Result::kTooManyHoles:
      return false;
    case ReceiveStream::Result::kProtocolError:
      handler_.on_stream_error(frame.id, LinkHandler::StreamError::kProtocol, now);
      return true;
    case ReceiveStream::Result::kOk:
      break;
  }
  if (stream->in.widen()) note_limit(frame.id, *stream);
  note_readable(frame.id);
  if (stream->in.held() >= kDeliverInBurst && !stream->in.readable().empty()) {
    handler_.on_readable(frame.id, now);
  }
  return true;
}

// Returns whether the frame has the end of a stream that was given up here. Its bytes are ignored,
// but their sender, all of whose bytes are acknowledged, will send no RESET.
bool Link::is_settled_by(const StreamFrame& frame) {
  const auto counted = frame.fin ? flow_.unsettled(frame.id) : std::nullopt;
  if (!counted) return false;
  const uint64_t offset = complete_truncated(frame.offset, 32, *counted);
  return flow_.settle(frame.id, offset + frame.bytes.size());
}

// Refuses a RESET of an unknown stream, because the message that opens the stream, or the Kill that
// ends it, may still be on its way.
bool Link::handle(const ResetFrame& frame, TimePoint now) {
  Stream* const stream = find(frame.id);
  if (stream == nullptr) {
    return flow_.settle(frame.id, frame.final_offset) || handler_.is_over(frame.id);
  }
  if (stream->in.reset(frame.final_offset, now) == ReceiveStream::Result::kProtocolError) {
    handler_.on_stream_error(frame.id, LinkHandler::StreamError::kProtocol, now);
  }
  return true;
}

void Link::note_readable(MsgId id) {
  Stream* const stream = find(id);
  if (stream == nullptr || std::exchange(stream->readable_noted, true)) return;
  readable_.push_back(id);
}

void Link::deliver(TimePoint now) {
  // The handler may write to, close or open streams, but that makes no stream readable.
  for (const MsgId id : std::exchange(readable_, {})) {
    Stream* const stream = find(id);
    if (stream == nullptr) continue;
    stream->readable_noted = false;
    if (!stream->in.readable().empty() || stream->in.at_end()) handler_.on_readable(id, now);
  }
}

// Makes room while memory is short: gives up the stream that holds the most of those that are
// stuck, if any.
void Link::give_up_stuck_stream(TimePoint now) {
  if (flow_.is_short()) memory_.press();
  if (!memory_.pressed()) return;
  if (memory_.may_hold(kWindows.initial_link)) {
    memory_.relieve();
    flow_.retry();
    return;
  }
  const auto held = [&](const auto& entry) {
    const Stream& stream = *entry.second;
    return stream.progress.is_stuck(now) ? stream.buffered_bytes() : 0;
  };
  const auto most =
      std::max_element(streams_.begin(), streams_.end(),
                       [&](const auto& one, const auto& other) { return held(one) < held(other); });
  if (most == streams_.end() || held(*most) == 0) return;
  const MsgId id = most->first;
  if (most->second->released) {
    abandon(id);
  } else {
    handler_.on_stream_error(id, LinkHandler::StreamError::kMemory, now);
  }
}

// -- acknowledgements -------------------------------------------------------------------

void Link::handle(const AckFrame& frame, TimePoint now) {
  CongestionController::Event event;
  const auto result = sent_.on_ack(frame);
  if (!result) {
    ++stats_.malformed;
    return;
  }
  if (result->acked.empty() && result->recovered.empty()) return;
  event.now = now;
  event.app_limited = sampler_.app_limited();
  if (result->largest_is_new) {
    const Duration latest = now - result->largest_sent_at;
    rtt_.on_sample(latest, std::min(frame.delay, AckTracker::kMaxDelay));
    event.rtt = rtt_.latest();
    flow_.set_round_trip(rtt_.smoothed());
    acks_.set_round_trip(rtt_.smoothed());
  }
  if (result->largest_is_new) settle_datagrams(frame, result->largest_sent_at, event);
  for (const auto* const packets : {&result->acked, &result->recovered}) {
    for (const SentPacket& packet : *packets) {
      sampler_.on_acked(packet.snapshot, packet.sent_at, packet.wire_bytes(), now);
      event.acked_bytes += packet.wire_bytes();
      if (packet.is_probe) size_probe_.on_probe_acked(packet.body_bytes, now);
      acks_.on_report_acked(packet.reported_below);
      on_frames_acked(packet);
    }
  }
  stats_.packets_lost_wrongly += result->recovered.size();
  timeouts_ = 0;
  probes_to_send_ = 0;
  const auto lost = sent_.detect_lost(rtt_, now);
  event.rate = sampler_.take_sample(rtt_.min());
  report(event, lost);
}

// Counts the datagrams as delivered that the acknowledgement of a packet sent at `before` tells of,
// and those as lost that it should have told of by now.
void Link::settle_datagrams(const AckFrame& frame, TimePoint before,
                            CongestionController::Event& event) {
  const auto delivered = datagrams_reported_
                             ? datagrams_.take_reported(frame.datagrams.value_or(0), before)
                             : datagrams_.take_until(before);
  for (const auto& datagram : delivered) {
    sampler_.on_acked(datagram.snapshot, datagram.at, datagram.bytes, event.now);
    event.acked_bytes += datagram.bytes;
  }
  for (const auto& datagram :
       datagrams_.take_until(std::min(before, event.now - sent_.loss_wait(rtt_)))) {
    ++stats_.datagrams_lost;
    event.lost_bytes += datagram.bytes;
    event.newest_lost_sent_at = datagram.at;
  }
}

void Link::on_lost(const std::vector<SentPacket>& lost, TimePoint now) {
  if (lost.empty()) return;
  CongestionController::Event event;
  event.now = now;
  report(event, lost);
}

void Link::report(CongestionController::Event& event, const std::vector<SentPacket>& lost) {
  for (const SentPacket& packet : lost) {
    on_frames_lost(packet);
    if (packet.is_probe) {
      size_probe_.on_probe_lost(event.now);
      continue;
    }
    ++stats_.packets_lost;
    event.lost_bytes += packet.wire_bytes();
    event.newest_lost_sent_at = std::max(event.newest_lost_sent_at, packet.sent_at);
  }
  event.in_flight = all_in_flight();
  event.delivered = sampler_.delivered();
  event.smoothed_rtt = rtt_.smoothed();
  congestion_->on_event(event);
  pacer_.set_rate(congestion_->pacing_rate());
}

void Link::on_frames_acked(const SentPacket& packet) {
  for (const SentFrame& frame : std::span(packet.frames).first(packet.frame_count)) {
    if (frame.kind == SentFrame::Kind::kControl) {
      control_.erase(frame.offset);
      continue;
    }
    if (frame.kind == SentFrame::Kind::kReset) {
      unacked_resets_.erase(frame.id);
      continue;
    }
    if (frame.kind != SentFrame::Kind::kStream) continue;
    Stream* const stream = find(frame.id);
    if (stream == nullptr) continue;
    const uint64_t held = stream->out.held();
    stream->out.on_acked(frame.offset, frame.length, frame.fin);
    if (stream->out.held() < held) {
      stream->progress.note(held - stream->out.held(), stream->buffered_bytes(), now_);
    }
    note_room(frame.id, *stream);
    if (stream->released && stream->out.all_acked()) abandon(frame.id);
  }
}

void Link::on_frames_lost(const SentPacket& packet) {
  for (const SentFrame& frame : std::span(packet.frames).first(packet.frame_count)) {
    switch (frame.kind) {
      case SentFrame::Kind::kControl:
        if (control_.contains(frame.offset)) control_queue_.push_front(frame.offset);
        break;
      case SentFrame::Kind::kLinkLimit:
        flow_.on_limit_lost();
        break;
      case SentFrame::Kind::kReset:
        if (unacked_resets_.contains(frame.id)) resets_.push_back(frame.id);
        break;
      case SentFrame::Kind::kStreamLimit:
        if (Stream* const stream = find(frame.id)) note_limit(frame.id, *stream);
        break;
      case SentFrame::Kind::kStream:
        if (Stream* const stream = find(frame.id); stream != nullptr) {
          stream->out.on_lost(frame.offset, frame.length, frame.fin);
          give_turn(frame.id, *stream);
        }
        break;
    }
  }
}

}  // namespace ngcshare::link
