#include "protocol/session/mapping.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/link/link.h"
#include "protocol/session/session_call.h"

namespace ngcshare {
namespace {

// 250 ms, doubling: the sixth repeat is sent after 15.75 s, when kAcceptTimeout has passed.
constexpr int kAcceptRepeats = 6;

// A copy on the lossy channel usually arrives; from this repeat on the lossless channel is used
// again as well.
constexpr int kLosslessAgainAfter = 3;

}  // namespace

MappingSink::~MappingSink() {
  assert(!SessionCall::any());
  *handle_ = nullptr;
}

Mapping::Mapping(MappingHost& host, const Identity& identity)
    : host_(host),
      identity_(identity),
      local_memory_(host.local_memory()),
      state_(identity.role == Role::kOfferer ? State::kDeciding : State::kAccepting) {
  if (identity.role == Role::kOfferer && has(kCapWindow)) window_.enforce();
  if (over_link()) host_.link()->open(identity.id);
}

void Mapping::start_accepting(TimePoint now) {
  assert(state_ == State::kAccepting);
  accept_timeout_ = now + kAcceptTimeout;
  host_.note_deadline(*this, *accept_timeout_);
  if (host_.control_is_reliable()) {
    early_ = over_link() && has(kCapEarly);
  } else {
    accept_retry_.start(now, kAcceptRepeats);
    host_.note_deadline(*this, *accept_retry_.deadline());
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
  if (state_ == State::kClosed) return;
  assert(state_ == State::kDeciding);
  state_ = State::kOpen;
  host_.mapping_opened(*this);
  send_ack_acc();
  if (over_link()) read_again();  // bytes that came before
}

void Mapping::receive_repeated_accept() {
  accept_repeats_ = std::min(accept_repeats_ + 1, kLosslessAgainAfter);
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
  host_.mapping_opened(*this);
  if (MappingSink* const receiver = sink()) receiver->on_established();
}

void Mapping::receive(const AckAcc& ack, TimePoint now) {
  if (state_ != State::kAccepting) return;
  const uint32_t in_force = ack.extension ? ack.extension->capabilities : 0;
  if (sent_early_ && (in_force & kCapLink) == 0) {
    // The bytes that went over the link would be missing from a stream in base mode.
    end(KillReason::kProtocol, Tell::kBoth, now);
    return;
  }
  establish(in_force);
}

bool Mapping::ends_by_itself() const {
  return over_link() && state_ == State::kOpen && finish_sent_ && host_.link()->fin_received(id());
}

void Mapping::close(KillReason reason, TimePoint now) { end(reason, Tell::kPeer, now); }

void Mapping::closed_by_peer(KillReason reason, TimePoint now) { end(reason, Tell::kSink, now); }

void Mapping::close_both(KillReason reason, TimePoint now) { end(reason, Tell::kBoth, now); }

void Mapping::end(KillReason reason, Tell tell, TimePoint now) {
  if (state_ == State::kClosed) {
    if (tell == Tell::kPeer) end_to_report_.reset();  // the user has given it up meanwhile
    return;
  }
  state_ = State::kClosed;
  early_ = false;
  accept_retry_.stop();
  accept_timeout_.reset();
  linger_timeout_.reset();
  if (tell != Tell::kPeer) end_to_report_ = reason;
  host_.mapping_ended(*this, reason, tell != Tell::kSink, now);
}

void Mapping::report_end() {
  assert(state_ == State::kClosed && !SessionCall::any());
  MappingSink* const receiver = sink();
  sink_ = nullptr;
  const auto reason = std::exchange(end_to_report_, std::nullopt);
  if (reason && receiver != nullptr) receiver->on_closed(*reason);
}

void Mapping::tick(TimePoint now) {
  if (accept_timeout_ && now >= *accept_timeout_) {
    end(KillReason::kTimeout, Tell::kBoth, now);
  } else if (accept_retry_.due(now)) {
    ++accept_repeats_;
    send_accept();
  } else if (linger_timeout_ && now >= *linger_timeout_) {
    end(KillReason::kClosed, Tell::kBoth, now);
  }
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
