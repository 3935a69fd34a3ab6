#include "protocol/link/link.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace ngcshare::link {
namespace {

// The congestion controllers know no packet format, so they repeat the size.
static_assert(kFullPacketBytes == Frame::kMaxBodyBytes + kOverheadBytes);

constexpr Duration kMaxProbeTimeout = std::chrono::seconds(2);

// After this many probe timeouts in a row the path may have stopped carrying full packets, and its
// measurements no longer count.
constexpr int kTimeoutsToDoubtPath = 4;

// Interval of looking for a stream to give up while memory is short.
constexpr Duration kPressureInterval = std::chrono::seconds(1);

}  // namespace

Link::Link(Contact& contact, LinkHandler& handler, const Config& config)
    : contact_(contact),
      handler_(handler),
      config_(config),
      memory_(config.memory, [this] { handler_.on_pump_wanted(); }),
      flow_(memory_, kWindows),
      sent_(config.entropy),
      congestion_(make_congestion_controller(config.congestion, config.shared_loss)) {
  pacer_.set_rate(congestion_->pacing_rate());
}

// -- streams ----------------------------------------------------------------------------

Link::Stream* Link::find(MsgId id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second.get();
}

const Link::Stream* Link::find(MsgId id) const {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second.get();
}

void Link::open(MsgId stream) {
  auto& slot = streams_[stream];
  if (!slot) slot = std::make_unique<Stream>(flow_, memory_);
}

uint64_t Link::unsent_limit() const {
  return std::clamp(kMaxUnsentTogether / std::max<uint64_t>(streams_.size(), 1), kMinUnsentBytes,
                    kMaxUnsentBytes);
}

// Returns the number of bytes that write() takes of the stream.
uint64_t Link::write_room(const Stream& stream) const {
  const auto rest = [](uint64_t limit, uint64_t used) { return used < limit ? limit - used : 0; };
  if (!memory_.may_take()) return 0;
  const uint64_t room = rest(unsent_limit(), stream.out.unsent());
  if (memory_.may_hold(room)) return room;
  return std::min(room, rest(kMinUnsentBytes, stream.out.held()));
}

// Streams that the link's limit holds back get no turn; they wait in a queue of their own, so that
// a higher limit costs no walk over all streams.
void Link::give_turn(MsgId id, Stream& stream) {
  if (stream.out.has_lost()) repairs_.add(id, stream.repair);
  if (stream.in_turn) return;
  if (stream.out.has_something_to_send(flow_.room())) {
    stream.in_turn = true;
    turns_.push_back(id);
  } else if (stream.out.has_something_to_send(std::numeric_limits<uint64_t>::max())) {
    held_back_.add(id, stream.held_back);
  }
}

size_t Link::write(MsgId id, Bytes bytes) {
  Stream* const stream = find(id);
  if (stream == nullptr || stream->out.finishing()) return 0;
  const Bytes taken =
      bytes.first(static_cast<size_t>(std::min<uint64_t>(write_room(*stream), bytes.size())));
  if (stream->buffered_bytes() == 0) stream->progress.begin(now_);
  if (!taken.empty()) stream->out.write(taken);
  if (taken.size() < bytes.size()) {
    stream->room = Stream::Room::kWanted;
    if (stream->out.unsent() <= unsent_limit() / 2) want_memory_.add(id, stream->wants_memory);
  }
  give_turn(id, *stream);
  return taken.size();
}

void Link::finish(MsgId id) {
  Stream* const stream = find(id);
  if (stream == nullptr || stream->out.finishing()) return;
  stream->out.finish();
  give_turn(id, *stream);
}

Bytes Link::readable(MsgId id) const {
  const Stream* const stream = find(id);
  return stream != nullptr ? stream->in.readable() : Bytes{};
}

void Link::consume(MsgId id, size_t bytes, TimePoint now) {
  Stream* const stream = find(id);
  assert(stream != nullptr);
  stats_.bytes_received += bytes;
  now_ = now;
  const bool is_worth_telling = stream->in.consume(bytes, now);
  stream->progress.note(bytes, stream->buffered_bytes(), now);
  if (is_worth_telling) note_limit(id, *stream);
}

void Link::note_limit(MsgId id, Stream& stream) {
  if (!std::exchange(stream.send_limit, true)) limits_.push_back(id);
}

bool Link::at_end(MsgId id) const {
  const Stream* const stream = find(id);
  return stream != nullptr && stream->in.at_end();
}

bool Link::fin_received(MsgId id) const {
  const Stream* const stream = find(id);
  return stream != nullptr && stream->in.fin_received();
}

void Link::release(MsgId id) {
  Stream* const stream = find(id);
  if (stream == nullptr || std::exchange(stream->released, true)) return;
  ++released_;
  if (stream->out.all_acked()) abandon(id);
}

void Link::abandon(MsgId id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  const auto stream = std::move(found->second);
  repairs_.remove(stream->repair);
  held_back_.remove(stream->held_back);
  want_memory_.remove(stream->wants_memory);
  streams_.erase(found);  // queues that hold the id skip it
  if (stream->released) --released_;
  if (!stream->out.all_acked() && unacked_resets_.emplace(id, stream->out.sent_until()).second) {
    resets_.push_back(id);
  }
  stream->in.give_up(id);
}

void Link::give_up_unopened(MsgId id) {
  if (!is_open(id)) flow_.give_up_unopened(id);
}

bool Link::send_control(PacketId id, Bytes body) {
  if (control_.size() >= kMaxControlMessages || body.size() > kMaxControlBytes) return false;
  control_queue_.push_back(next_control_);
  control_.emplace(next_control_++, Control{id, {body.begin(), body.end()}});
  return true;
}

// -- path -------------------------------------------------------------------------------

void Link::set_relayed(bool relayed, TimePoint now) {
  if (std::exchange(relayed_, relayed) == relayed) return;
  congestion_->on_persistent_congestion(now);
  pacer_.set_rate(congestion_->pacing_rate());
  rtt_.restart();
}

void Link::resume(TimePoint now) {
  if (!std::exchange(suspended_, false)) return;
  for (const SentPacket& packet : sent_.give_up_all()) {
    on_frames_lost(packet);
    if (packet.is_probe) size_probe_.forget_probe();
  }
  datagrams_.forget_until(now);
  timeouts_ = 0;
  congestion_->on_persistent_congestion(now);
  pacer_.set_rate(congestion_->pacing_rate());
  rtt_.restart();
}

// -- time -------------------------------------------------------------------------------

// Returns the probe timeout with backoff: up to a limit, but never below the timeout without it.
Duration Link::probe_wait() const {
  const Duration once = rtt_.probe_timeout(AckTracker::kMaxDelay);
  return std::min(once * (1 << std::min(timeouts_, 8)), std::max(once, kMaxProbeTimeout));
}

std::optional<TimePoint> Link::deadline() const {
  std::optional<TimePoint> next;
  if (memory_.pressed()) next = now_ + kPressureInterval;
  if (suspended_) return next;
  lower(next, acks_.deadline());
  lower(next, sent_.loss_deadline());
  if (stopped_by_ == SendOutcome::kHeldByPacer) lower(next, pacer_.next_send());
  if (sent_.anything_in_flight() && probes_to_send_ == 0) {
    lower(next, sent_.last_sent_at() + probe_wait());
  }
  return next;
}

void Link::tick(TimePoint now) {
  now_ = now;
  if (suspended_) return;
  forget_old_datagrams(now);
  if (const auto due = sent_.loss_deadline(); due && *due <= now) {
    on_lost(sent_.detect_lost(rtt_, now), now);
  }
  // While a full contact has not taken the last probes, a timeout says nothing about the path.
  if (!sent_.anything_in_flight() || probes_to_send_ > 0) return;
  if (now < sent_.last_sent_at() + probe_wait()) return;
  ++timeouts_;
  ++stats_.probe_timeouts;
  if (timeouts_ % kTimeoutsToDoubtPath == 0) {
    size_probe_.on_black_hole(now);
    congestion_->on_persistent_congestion(now);
    pacer_.set_rate(congestion_->pacing_rate());
  }
  probes_to_send_ = 2;
  on_lost(sent_.give_up_oldest(2), now);
}

Link::Stats Link::stats() const {
  Stats stats = stats_;
  stats.rtt = rtt_.has_sample() ? rtt_.smoothed() : Duration{};
  stats.min_rtt = rtt_.has_sample() ? rtt_.min() : Duration{};
  stats.delivery_rate = congestion_->delivery_rate();
  stats.window = window();
  stats.in_flight = sent_.bytes_in_flight();
  stats.unread = flow_.unread();
  stats.datagrams_in_flight = datagrams_.bytes_in_flight();
  stats.packet_bytes = size_probe_.current();
  stats.congestion_state = congestion_->state();
  stats.counted_sent = flow_.sent();
  stats.counted_taken = flow_.taken();
  stats.streams = streams_.size();
  return stats;
}

bool Link::sums_hold() const {
  uint64_t taken = 0;
  uint64_t unread = 0;
  uint64_t sent = 0;
  uint64_t memory = 0;
  size_t released = 0;
  bool each = true;
  for (const auto& [id, stream] : streams_) {
    const FlowControl::Incoming& credit = stream->in.credit();
    const uint64_t waiting = credit.taken() - credit.read();
    each = each && credit.read() <= credit.taken() && credit.taken() <= credit.limit() &&
           stream->in.held() <= waiting;
    taken += credit.taken();
    unread += waiting;
    sent += stream->out.sent_until();
    memory += stream->buffered_bytes();
    released += stream->released ? 1 : 0;
  }
  return each && taken <= flow_.taken() && flow_.taken() <= flow_.limit() &&
         unread == flow_.unread() && sent <= flow_.sent() && memory == memory_.held() &&
         released == released_;
}

}  // namespace ngcshare::link
