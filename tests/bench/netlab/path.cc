#include "tests/bench/netlab/path.h"

#include <algorithm>
#include <utility>

namespace netlab {
namespace {

constexpr uint64_t kNanosPerSecond = 1'000'000'000;

}  // namespace

Path::Path(uint64_t seed)
    : loss_(seed * 8 + 1),
      burst_(seed * 8 + 2),
      jitter_(seed * 8 + 3),
      duplicate_(seed * 8 + 4),
      reorder_(seed * 8 + 5) {
  wire_.reserve(4096);
}

void Path::set(const Settings& settings, TimePoint now) {
  advance(now);
  const uint64_t old_rate = settings_.rate;
  settings_ = settings;
  if (!transmitting_) return;
  // The rest of the packet in transmission continues at the new rate.
  const auto left = static_cast<uint64_t>((transmitted_ - now).count());
  transmitted_ = now + transmission_time(static_cast<uint64_t>(
                           static_cast<double>(left) * static_cast<double>(old_rate) / 1e9));
  advance(now);
}

void Path::send(std::span<const uint8_t> packet, TimePoint now) {
  advance(now);
  ++counters_.packets_in;
  counters_.bytes_in += packet.size();
  if (settings_.mtu > 0 && packet.size() > settings_.mtu) {
    ++counters_.dropped_size;
    return;
  }
  if (transmitting_ && queued_bytes_ + packet.size() > settings_.queue_limit()) {
    ++counters_.dropped_queue;
    return;
  }
  const auto slot = pool_.keep(packet);
  if (!slot) {
    ++counters_.dropped_memory;
    return;
  }
  if (!transmitting_) {
    transmit({*slot, now}, now);
    advance(now);  // without a rate its transmission has ended already
    return;
  }
  queue_.push({*slot, now});
  queued_bytes_ += packet.size();
  counters_.max_queue_bytes = std::max(counters_.max_queue_bytes, queued_bytes_);
}

std::optional<std::span<const uint8_t>> Path::receive(TimePoint now) {
  forget_delivered();
  advance(now);
  if (wire_.empty() || wire_.front().due > now) return std::nullopt;
  std::pop_heap(wire_.begin(), wire_.end());
  const Flying arrived = wire_.back();
  wire_.pop_back();
  const Duration lateness = now - arrived.due;
  counters_.max_lateness = std::max(counters_.max_lateness, lateness);
  if (lateness > Counters::kLate) ++counters_.late_packets;
  delivered_ = arrived.slot;
  const auto packet = pool_.packet(arrived.slot);
  ++counters_.packets_out;
  counters_.bytes_out += packet.size();
  return packet;
}

std::optional<TimePoint> Path::deadline() const {
  std::optional<TimePoint> next;
  if (!wire_.empty()) next = wire_.front().due;
  if (transmitting_) {
    // The packet in transmission cannot arrive earlier, so nothing is due until then.
    const TimePoint arrival =
        transmitted_ + std::max(Duration(0), settings_.delay - settings_.jitter);
    next = std::min(next.value_or(arrival), arrival);
  }
  return next;
}

// Ends all transmissions that are over by now, each at its own time.
void Path::advance(TimePoint now) {
  while (transmitting_ && transmitted_ <= now) {
    const TimePoint end = transmitted_;
    const uint32_t slot = transmitting_->slot;
    transmitting_.reset();
    put_on_wire(slot, end);
    if (queue_.empty()) return;
    const Waiting next = queue_.pop();
    queued_bytes_ -= pool_.packet(next.slot).size();
    transmit(next, end);
  }
}

void Path::transmit(Waiting item, TimePoint start) {
  counters_.max_queue_delay = std::max(counters_.max_queue_delay, start - item.since);
  transmitting_ = item;
  transmitted_ = start + transmission_time(pool_.packet(item.slot).size() * 8);
}

Duration Path::transmission_time(uint64_t bits) const {
  if (settings_.rate == 0) return Duration(0);
  return Duration((bits * kNanosPerSecond + settings_.rate - 1) / settings_.rate);
}

void Path::put_on_wire(uint32_t slot, TimePoint at) {
  if (lost(at)) {
    pool_.release(slot);
    return;
  }
  const bool held_back = reorder_.happens(settings_.reorder);
  TimePoint due = at + draw_delay();
  if (held_back) {
    ++counters_.reordered;
    due += settings_.reorder_by;
  } else if (!settings_.jitter_reorders) {
    due = last_due_ = std::max(due, last_due_);
  }
  fly(slot, due);
  if (!duplicate_.happens(settings_.duplicate)) return;
  if (const auto copy = pool_.keep(pool_.packet(slot))) {
    ++counters_.duplicated;
    fly(*copy, due);
  }
}

bool Path::lost(TimePoint at) {
  // Draw from every source each time, so that one kind of loss does not change another's sequence.
  const bool random = loss_.happens(settings_.loss);
  const bool burst = lost_in_burst();
  if (at >= settings_.blackout_from && at < settings_.blackout_to) {
    ++counters_.dropped_blackout;
  } else if (random) {
    ++counters_.dropped_loss;
  } else if (burst) {
    ++counters_.dropped_burst;
  } else {
    return false;
  }
  return true;
}

bool Path::lost_in_burst() {
  if (settings_.burst_loss <= 0) return in_burst_ = false;
  // A bad spell has the wanted mean length if it ends with probability 1 / length; the probability
  // to enter it follows from the share of packets that must be sent in it.
  const double share = settings_.burst_loss / settings_.burst_density;
  const double leave = 1 / settings_.burst_length;
  const double enter = std::min(1.0, leave * share / (1 - share));
  in_burst_ = in_burst_ ? burst_.draw() >= leave : burst_.draw() < enter;
  return in_burst_ && (settings_.burst_density >= 1 || burst_.happens(settings_.burst_density));
}

Duration Path::draw_delay() {
  if (settings_.jitter <= Duration(0)) return settings_.delay;
  const double offset = (2 * jitter_.draw() - 1) * static_cast<double>(settings_.jitter.count());
  return std::max(Duration(0), settings_.delay + Duration(static_cast<int64_t>(offset)));
}

void Path::fly(uint32_t slot, TimePoint due) {
  wire_.push_back({due, next_order_++, slot});
  std::push_heap(wire_.begin(), wire_.end());
}

void Path::forget_delivered() {
  if (delivered_) pool_.release(*std::exchange(delivered_, std::nullopt));
}

void Path::Fifo::push(Waiting item) {
  if (count_ == items_.size()) {
    std::vector<Waiting> larger(items_.size() * 2);
    for (size_t at = 0; at < count_; ++at) larger[at] = items_[(first_ + at) % items_.size()];
    items_ = std::move(larger);
    first_ = 0;
  }
  items_[(first_ + count_++) % items_.size()] = item;
}

Path::Waiting Path::Fifo::pop() {
  const Waiting item = items_[first_];
  first_ = (first_ + 1) % items_.size();
  --count_;
  return item;
}

}  // namespace netlab
