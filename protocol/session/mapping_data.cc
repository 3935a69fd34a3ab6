// Mapping: bytes in both directions, over the link and in base mode.
#include <algorithm>
#include <utility>

#include "protocol/link/link.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

// -- from the peer to the local program ------------------------------------------------------

// Data for an acceptor that still waits means that its Ack-Acc was lost or overtaken: then the
// capabilities that it asked for are in force.
bool Mapping::usable_for_data(Transport transport, TimePoint now) {
  if (!identity_.transports.contains(transport) || state_ == State::kDeciding) {
    end(KillReason::kProtocol, Tell::kBoth, now);
    return false;
  }
  if (state_ == State::kAccepting) establish(identity_.capabilities);
  return state_ == State::kOpen;
}

void Mapping::receive(const StreamData& data, TimePoint now) {
  if (state_ == State::kClosed || !usable_for_data(Transport::kTcp, now)) return;
  if (over_link()) return;  // it may have replaced Ack-Acc, but the stream is on the link
  if (finish_received_ || !window_.on_received(data.bytes.size())) {
    end(KillReason::kProtocol, Tell::kBoth, now);
    return;
  }
  if (linger_timeout_) {
    linger_timeout_ = now + kLingerTimeout;
  }
  if (!data.bytes.empty()) {
    if (MappingSink* const receiver = sink()) receiver->on_stream_data(data.bytes);
    return;
  }
  if (!has(kCapWindow)) return;
  finish_received_ = true;
  if (MappingSink* const receiver = sink()) receiver->on_stream_end();
  end_if_both_finished(now);
}

void Mapping::receive(const Window& window, TimePoint now) {
  if (state_ == State::kOpen && window_.on_window(window.limit)) room_again(now);
}

void Mapping::receive(const Datagram& datagram, TimePoint now) {
  if (state_ == State::kClosed || !usable_for_data(Transport::kUdp, now)) return;
  if (MappingSink* const receiver = sink()) receiver->on_datagram(datagram.bytes);
}

void Mapping::link_readable(TimePoint now) {
  if (state_ == State::kAccepting) establish(identity_.capabilities);
  if (state_ != State::kOpen) return;
  link::Link& link = *host_.link();
  while (state_ == State::kOpen && !reading_paused_) {
    const Bytes bytes = link.readable(id());
    if (bytes.empty()) break;
    const size_t count = bytes.size();
    if (MappingSink* const receiver = sink()) receiver->on_stream_data(bytes);
    if (state_ == State::kOpen) link.consume(id(), count, now);
  }
  if (state_ != State::kOpen || finish_received_ || !link.at_end(id())) return;
  finish_received_ = true;
  if (MappingSink* const receiver = sink()) receiver->on_stream_end();
  end_if_both_finished(now);
}

void Mapping::resume_reading() {
  if (std::exchange(reading_paused_, false) && over_link() && state_ == State::kOpen) read_again();
}

void Mapping::read_again() {
  host_.link()->note_readable(id());
  host_.note_link_work();
}

void Mapping::consumed(size_t bytes) {
  if (over_link()) return;  // the link counts the bytes it has handed out
  const auto limit = window_.on_consumed(bytes);
  if (limit && state_ == State::kOpen) host_.send_control(Window{identity_.id, *limit}, true);
}

// -- from the local program to the peer ------------------------------------------------------

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
    end(KillReason::kClosed, Tell::kBoth, now);
  } else {
    linger_timeout_ = now + kLingerTimeout;
    host_.note_deadline(*this, *linger_timeout_);
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
  if (state_ == State::kOpen && both_finished()) {
    end(KillReason::kClosed, Tell::kSink, now);
  }
}

void Mapping::room_again(TimePoint now) {
  if (!may_send()) return;
  if (finish_wanted_) {
    send_pending_finish(now);
    return;
  }
  if (MappingSink* const receiver = sink()) receiver->on_writable();
}

bool Mapping::send_datagram(Bytes bytes, TimePoint now) {
  if (state_ != State::kOpen) return false;
  if (bytes.size() > kMaxDatagramBytes) return has(kCapFragment) && send_fragments(bytes, now);
  return host_.admits_datagram(bytes.size(), 1, now) &&
         host_.send_datagram(Datagram{identity_.id, bytes}, now) == SendResult::kSent;
}

bool Mapping::send_fragments(Bytes bytes, TimePoint now) {
  if (bytes.size() > kMaxSplitDatagramBytes) return false;
  const size_t count = (bytes.size() + kFragmentBytes - 1) / kFragmentBytes;
  if (!host_.admits_datagram(bytes.size(), count, now)) return false;
  const uint16_t number = next_datagram_++;
  for (size_t index = 0; index < count; ++index) {
    const size_t offset = index * kFragmentBytes;
    const Fragment fragment{identity_.id, number, static_cast<uint8_t>(index),
                            static_cast<uint8_t>(count),
                            bytes.subspan(offset, std::min(kFragmentBytes, bytes.size() - offset))};
    if (host_.send_datagram(fragment, now) != SendResult::kSent) return false;
  }
  return true;
}

void Mapping::repeat_window() {
  const auto limit = state_ == State::kOpen ? window_.unheard_limit() : std::nullopt;
  if (limit) host_.send_control(Window{identity_.id, *limit}, false);
}

}  // namespace ngcshare
