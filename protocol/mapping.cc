#include "protocol/mapping.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/link/link.h"

namespace ngcshare {
namespace {

// 250 ms, doubling: the sixth repeat is sent after 15.75 s, when kAcceptTimeout has passed.
constexpr int kAcceptRepeats = 6;

// A copy on the lossy channel usually gets through; from this repeat on the lossless channel is
// tried again as well.
constexpr int kLosslessAgainAfter = 3;

}  // namespace

Mapping::Mapping(MappingHost& host, const Identity& identity)
    : host_(host),
      identity_(identity),
      state_(identity.role == Role::kOfferer ? State::kDeciding : State::kAccepting) {
  if (identity.role == Role::kOfferer && has(kCapWindow)) window_.enforce();
  if (over_link()) host_.link()->open(identity.id);
}

void Mapping::start_accepting(TimePoint now) {
  assert(state_ == State::kAccepting);
  accept_timeout_ = now + kAcceptTimeout;
  host_.note_deadline(*accept_timeout_);
  if (host_.control_is_reliable()) {
    early_ = over_link() && has(kCapEarly);
  } else {
    accept_retry_.start(now, kAcceptRepeats);
    host_.note_deadline(*accept_retry_.deadline());
  }
  send_accept();
}

void Mapping::send_accept() {
  const bool lossless = accept_repeats_ == 0 || accept_repeats_ >= kLosslessAgainAfter;
  host_.send_control(accept_, lossless);
}

Extension Mapping::in_force() const {
  Extension extension;
  extension.capabilities = identity_.capabilities;
  return extension;
}

void Mapping::send_ack_acc() {
  const AckAcc ack{identity_.id, peer_knows_extension_ ? std::optional(in_force()) : std::nullopt};
  const bool first = !std::exchange(ack_acc_sent_, true);
  host_.send_control(ack, first || accept_repeats_ >= kLosslessAgainAfter);
}

void Mapping::acknowledge() {
  assert(state_ == State::kDeciding);
  state_ = State::kOpen;
  send_ack_acc();
  if (over_link()) read_again();  // what came before
}

void Mapping::receive_repeated_accept() {
  ++accept_repeats_;
  if (state_ == State::kOpen) send_ack_acc();
}

void Mapping::establish(uint32_t capabilities) {
  const bool had_link = over_link();
  identity_.capabilities &= capabilities;
  if (had_link && !over_link()) host_.link()->abandon(id());
  if (has(kCapWindow)) window_.enforce();
  early_ = false;
  accept_retry_.stop();
  accept_timeout_.reset();
  state_ = State::kOpen;
  if (sink_ != nullptr) sink_->on_established();
}

void Mapping::receive(const AckAcc& ack, TimePoint now) {
  if (state_ != State::kAccepting) return;
  const uint32_t in_force = ack.extension ? ack.extension->capabilities : 0;
  if (sent_early_ && (in_force & kCapLink) == 0) {
    // What went over the link would be missing from a stream that does not.
    end(KillReason::kProtocol, true, true, now);
    return;
  }
  establish(in_force);
}

// Data for an acceptor that waits says that its Ack-Acc was lost or overtaken: what the acceptor
// asked for is then what is in force.
bool Mapping::usable_for_data(Transport transport, TimePoint now) {
  if (!identity_.transports.contains(transport) || state_ == State::kDeciding) {
    end(KillReason::kProtocol, true, true, now);
    return false;
  }
  if (state_ == State::kAccepting) establish(identity_.capabilities);
  return state_ == State::kOpen;
}

void Mapping::receive(const StreamData& data, TimePoint now) {
  if (state_ == State::kClosed || !usable_for_data(Transport::kTcp, now)) return;
  if (over_link()) return;  // it may have stood for Ack-Acc, but the stream is elsewhere
  if (finish_received_ || !window_.on_received(data.bytes.size())) {
    end(KillReason::kProtocol, true, true, now);
    return;
  }
  if (linger_timeout_) {
    linger_timeout_ = now + kLingerTimeout;
  }
  if (!data.bytes.empty()) {
    if (sink_ != nullptr) sink_->on_stream_data(data.bytes);
    return;
  }
  if (!has(kCapWindow)) return;
  finish_received_ = true;
  if (sink_ != nullptr) sink_->on_stream_end();
  end_if_both_finished(now);
}

void Mapping::receive(const Window& window, TimePoint now) {
  if (state_ == State::kOpen && window_.on_window(window.limit)) room_again(now);
}

void Mapping::receive(const Datagram& datagram, TimePoint now) {
  if (state_ == State::kClosed || !usable_for_data(Transport::kUdp, now)) return;
  if (sink_ != nullptr) sink_->on_datagram(datagram.bytes);
}

void Mapping::link_readable(TimePoint now) {
  if (state_ == State::kAccepting) establish(identity_.capabilities);
  if (state_ != State::kOpen) return;
  link::Link& link = *host_.link();
  while (state_ == State::kOpen && !reading_paused_) {
    const Bytes bytes = link.readable(id());
    if (bytes.empty()) break;
    const size_t count = bytes.size();
    if (sink_ != nullptr) sink_->on_stream_data(bytes);
    if (state_ == State::kOpen) link.consume(id(), count, now);
  }
  if (state_ != State::kOpen || finish_received_ || !link.at_end(id())) return;
  finish_received_ = true;
  if (sink_ != nullptr) sink_->on_stream_end();
  end_if_both_finished(now);
}

bool Mapping::ends_by_itself() const {
  return over_link() && state_ == State::kOpen && finish_sent_ && host_.link()->fin_received(id());
}

void Mapping::link_error(TimePoint now) { end(KillReason::kProtocol, true, true, now); }

void Mapping::resume_reading() {
  if (std::exchange(reading_paused_, false) && over_link() && state_ == State::kOpen) read_again();
}

void Mapping::read_again() {
  host_.link()->note_readable(id());
  host_.note_link_work();
}

size_t Mapping::write(Bytes bytes) {
  if (!may_send()) return 0;
  if (over_link()) {
    host_.note_link_work();
    sent_early_ = sent_early_ || early_;
    return host_.link()->write(id(), bytes);
  }
  size_t sent = 0;
  while (sent < bytes.size()) {
    const uint64_t allowed = std::min<uint64_t>(window_.sendable(), kMaxStreamChunkBytes);
    if (allowed == 0) break;  // a Window packet will call room_again()
    const Bytes chunk =
        bytes.subspan(sent, std::min(static_cast<size_t>(allowed), bytes.size() - sent));
    if (host_.send_data(StreamData{identity_.id, chunk}) != SendResult::kSent) {
      host_.wait_for_room(*this);
      break;
    }
    window_.on_sent(chunk.size());
    sent += chunk.size();
  }
  return sent;
}

void Mapping::finish(TimePoint now) {
  if (!may_send() || finish_wanted_) return;
  finish_wanted_ = true;
  if (over_link()) {
    host_.link()->finish(id());
    host_.note_link_work();
    sent_early_ = sent_early_ || early_;
    finish_sent_ = true;
    end_if_both_finished(now);
  } else if (has(kCapWindow)) {
    send_pending_finish(now);
  } else if (role() == Role::kOfferer) {
    end(KillReason::kClosed, true, true, now);
  } else {
    linger_timeout_ = now + kLingerTimeout;
    host_.note_deadline(*linger_timeout_);
  }
}

void Mapping::send_pending_finish(TimePoint now) {
  if (finish_sent_ || !has(kCapWindow)) return;
  if (host_.send_data(StreamData{identity_.id, {}}) == SendResult::kSent) {
    finish_sent_ = true;
    end_if_both_finished(now);
  } else {
    host_.wait_for_room(*this);
  }
}

void Mapping::end_if_both_finished(TimePoint now) {
  if (state_ == State::kOpen && finish_sent_ && finish_received_) {
    end(KillReason::kClosed, false, true, now);
  }
}

void Mapping::consumed(size_t bytes) {
  if (over_link()) return;  // the link counts what it has handed out
  const auto limit = window_.on_consumed(bytes);
  if (limit && state_ == State::kOpen) host_.send_control(Window{identity_.id, *limit}, true);
}

bool Mapping::send_datagram(Bytes bytes) {
  if (state_ != State::kOpen) return false;
  if (bytes.size() > kMaxDatagramBytes) return has(kCapFragment) && send_fragments(bytes);
  return host_.send_data(Datagram{identity_.id, bytes}) == SendResult::kSent;
}

bool Mapping::send_fragments(Bytes bytes) {
  if (bytes.size() > kMaxSplitDatagramBytes) return false;
  const size_t count = (bytes.size() + kFragmentBytes - 1) / kFragmentBytes;
  const uint16_t number = next_datagram_++;
  for (size_t index = 0; index < count; ++index) {
    const size_t offset = index * kFragmentBytes;
    const Fragment fragment{identity_.id, number, static_cast<uint8_t>(index),
                            static_cast<uint8_t>(count),
                            bytes.subspan(offset, std::min(kFragmentBytes, bytes.size() - offset))};
    if (host_.send_data(fragment) != SendResult::kSent) return false;
  }
  return true;
}

void Mapping::close(KillReason reason, TimePoint now) { end(reason, true, false, now); }

void Mapping::closed_by_peer(KillReason reason, TimePoint now) { end(reason, false, true, now); }

void Mapping::end(KillReason reason, bool tell_peer, bool tell_sink, TimePoint now) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  early_ = false;
  accept_retry_.stop();
  accept_timeout_.reset();
  linger_timeout_.reset();
  MappingSink* const sink = sink_;
  host_.mapping_ended(*this, reason, tell_peer, now);
  if (tell_sink && sink != nullptr) sink->on_closed(reason);
}

void Mapping::room_again(TimePoint now) {
  if (!may_send()) return;
  if (finish_wanted_) {
    send_pending_finish(now);
    return;
  }
  if (sink_ != nullptr) sink_->on_writable();
}

void Mapping::tick(TimePoint now) {
  if (accept_timeout_ && now >= *accept_timeout_) {
    end(KillReason::kTimeout, true, true, now);
  } else if (accept_retry_.due(now)) {
    ++accept_repeats_;
    send_accept();
  } else if (linger_timeout_ && now >= *linger_timeout_) {
    end(KillReason::kClosed, true, true, now);
  }
}

void Mapping::repeat_window() {
  const auto limit = state_ == State::kOpen ? window_.unheard_limit() : std::nullopt;
  if (limit) host_.send_control(Window{identity_.id, *limit}, false);
}

void Mapping::check() {
  if (state_ != State::kOpen) return;
  host_.send_control(AckAcc{identity_.id, in_force()}, false);
}

std::optional<TimePoint> Mapping::deadline() const {
  auto next = accept_retry_.deadline();
  lower(next, accept_timeout_);
  lower(next, linger_timeout_);
  return next;
}

}  // namespace ngcshare
