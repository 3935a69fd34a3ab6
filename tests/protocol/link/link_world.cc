#include "tests/protocol/link/link_world.h"

#include <algorithm>
#include <cstring>

namespace ngcshare::test {
namespace {

constexpr uint8_t kDatagramMark = 0xDD;  // the simulator's own, no packet of the project's
constexpr size_t kWriteBytes = 32 * 1024;

netlab::TimePoint to_path_time(TimePoint when) {
  return netlab::TimePoint(when.time_since_epoch());
}

TimePoint from_path_time(netlab::TimePoint when) {
  return TimePoint(std::chrono::ceil<Duration>(when.time_since_epoch()));
}

}  // namespace

uint8_t stream_byte(MsgId id, int from, uint64_t offset) {
  const uint64_t x = (offset + id * 977 + static_cast<uint64_t>(from) * 31) * 0x9E3779B97F4A7C15ULL;
  return static_cast<uint8_t>(x >> 56);
}

LinkEnd::LinkEnd(LinkWorld& world, size_t pair, int side, const link::Link::Config& config)
    : world_(world),
      pair_(pair),
      side_(side),
      link_(std::make_unique<link::Link>(*this, *this, config)) {}

void LinkEnd::open(MsgId id, const StreamManner& manner) {
  Progress& progress = streams_[id];
  progress.manner = manner;
  link_->open(id);
  write_more(id, progress);
  settle();
}

void LinkEnd::settle() { link_->pump(world_.now()); }

void LinkEnd::write_more(MsgId id, Progress& progress) {
  std::array<uint8_t, kWriteBytes> chunk;
  while (progress.manner.endless || progress.written < progress.manner.to_send) {
    const uint64_t left =
        progress.manner.endless ? kWriteBytes : progress.manner.to_send - progress.written;
    const size_t count = static_cast<size_t>(std::min<uint64_t>(left, kWriteBytes));
    for (size_t i = 0; i < count; ++i) chunk[i] = stream_byte(id, side_, progress.written + i);
    const size_t taken = link_->write(id, Bytes(chunk).first(count));
    progress.written += taken;
    if (taken < count) return;
  }
  link_->finish(id);
  end_if_done(id, progress);
}

void LinkEnd::on_writable(MsgId stream, TimePoint /*now*/) {
  write_more(stream, streams_.at(stream));
}

void LinkEnd::on_readable(MsgId stream, TimePoint now) {
  Progress& progress = streams_.at(stream);
  if (progress.manner.read_interval == Duration{}) {
    read_some(stream, now);
  } else if (!std::exchange(progress.read_scheduled, true)) {
    world_.queue_.after(progress.manner.read_interval, [this, stream] {
      streams_.at(stream).read_scheduled = false;
      read_some(stream, world_.now());
      settle();
    });
  }
}

void LinkEnd::read_some(MsgId id, TimePoint now) {
  Progress& progress = streams_.at(id);
  uint64_t most = progress.manner.read_bytes;
  while (most > 0) {
    const Bytes bytes = link_->readable(id);
    if (bytes.empty()) break;
    const size_t count = static_cast<size_t>(std::min<uint64_t>(most, bytes.size()));
    for (size_t i = 0; i < count; ++i) {
      if (bytes[i] != stream_byte(id, 1 - side_, progress.read + i)) progress.corrupt = true;
    }
    progress.read += count;
    bytes_read_ += count;
    most -= count;
    link_->consume(id, count, now);
  }
  if (!link_->readable(id).empty()) {
    on_readable(id, now);
    return;
  }
  if (link_->at_end(id)) progress.ended = true;
  end_if_done(id, progress);
}

void LinkEnd::end_if_done(MsgId id, Progress& progress) {
  const bool sent = !progress.manner.endless && progress.written == progress.manner.to_send;
  if (!sent || !progress.ended) return;
  link_->release(id);
  over_.insert(id);
}

void LinkEnd::on_control(PacketId id, Bytes body, TimePoint /*now*/) {
  controls_.push_back(std::to_string(static_cast<int>(id)) + std::string(body.begin(), body.end()));
}

void LinkEnd::on_stream_error(MsgId stream, StreamError /*error*/, TimePoint /*now*/) {
  ++errors_;
  link_->abandon(stream);
  over_.insert(stream);
}

SendResult LinkEnd::send(Outgoing /*where*/, Frame& frame) {
  if (contact_ == SendResult::kSent) world_.send(pair_, side_, frame.body());
  return contact_;
}

void LinkEnd::send_datagram(size_t bytes, TimePoint now) {
  std::vector<uint8_t> packet(bytes);
  packet[0] = kDatagramMark;
  const int64_t sent = now.time_since_epoch().count();
  std::memcpy(&packet[1], &sent, sizeof(sent));
  world_.send(pair_, side_, packet);
  link_->on_datagram_sent(bytes, now);
}

LinkWorld::LinkWorld(uint64_t seed, link::CongestionAlgorithm congestion, size_t links,
                     link::SharedLoss* loss_of_a) {
  paths_ = {std::make_unique<netlab::Path>(2 * seed), std::make_unique<netlab::Path>(2 * seed + 1)};
  for (size_t i = 0; i < links; ++i) {
    for (const int side : {0, 1}) {
      const auto own = static_cast<uint16_t>(side + 1);
      link::SharedLoss* const loss =
          side == 0 && loss_of_a != nullptr ? loss_of_a : &losses_[static_cast<size_t>(side)];
      const link::Link::Config config{own, static_cast<uint16_t>(3 - own), congestion, nullptr,
                                      loss};
      ends_.push_back(std::make_unique<LinkEnd>(*this, i, side, config));
    }
  }
}

void LinkWorld::set_path(int from, const netlab::Settings& settings) {
  path(from).set(settings, to_path_time(now()));
}

void LinkWorld::set_path(const netlab::Settings& settings) {
  set_path(0, settings);
  set_path(1, settings);
}

void LinkWorld::open(MsgId id, const StreamManner& manner_a, const StreamManner& manner_b,
                     size_t link) {
  b(link).open(id, manner_b);
  a(link).open(id, manner_a);
}

// Puts the link's number in front of the packet, in place of addresses, to tell links apart.
void LinkWorld::send(size_t link, int from, Bytes body) {
  packet_.resize(link::kOverheadBytes + body.size());
  packet_[0] = static_cast<uint8_t>(link);
  std::copy(body.begin(), body.end(), packet_.begin() + link::kOverheadBytes);
  path(from).send(packet_, to_path_time(now()));
}

void LinkWorld::arrive(size_t link, int from, Bytes body) {
  LinkEnd& end = from == 0 ? b(link) : a(link);
  if (!body.empty() && body[0] == kDatagramMark) {
    end.link_->on_datagram_received();
    if (from == 0) {
      send(link, 1, std::vector<uint8_t>(body.begin(), body.end()));
    } else {
      int64_t sent = 0;
      std::memcpy(&sent, &body[1], sizeof(sent));
      echoes_.push_back(now().time_since_epoch() - Duration(sent));
    }
    return;
  }
  end.link_->receive(body, now());
}

std::optional<TimePoint> LinkWorld::next_event() const {
  std::optional<TimePoint> next = queue_.next();
  const auto consider = [&next](std::optional<TimePoint> when) {
    if (when && (!next || *when < *next)) next = when;
  };
  for (const auto& path : paths_) {
    if (const auto due = path->deadline()) consider(from_path_time(*due));
  }
  for (const auto& end : ends_) consider(end->link_->deadline());
  return next;
}

void LinkWorld::step(TimePoint when) {
  queue_.run_until(std::max(when, now()));
  for (const int from : {0, 1}) {
    std::vector<bool> any(links());
    while (const auto packet = path(from).receive(to_path_time(now()))) {
      const std::vector<uint8_t> body(packet->begin() + link::kOverheadBytes, packet->end());
      const size_t link = (*packet)[0];
      arrive(link, from, body);
      any[link] = true;
    }
    for (size_t link = 0; link < links(); ++link) {
      LinkEnd& end = from == 0 ? b(link) : a(link);
      const auto due = end.link_->deadline();
      if (due && *due <= now()) {
        end.link_->tick(now());
        any[link] = true;
      }
      if (any[link]) end.settle();
    }
  }
}

void LinkWorld::leap(Duration duration) {
  queue_.run_until(now() + duration);
  step(now());
}

void LinkWorld::run(Duration duration) {
  run_until([] { return false; }, duration);
}

bool LinkWorld::run_until(const std::function<bool()>& done, Duration most) {
  const TimePoint end = now() + most;
  TimePoint last{};
  int at_once = 0;
  while (!done()) {
    const auto next = next_event();
    if (!next || *next > end) {
      queue_.run_until(end);
      return done();
    }
    at_once = *next <= last ? at_once + 1 : 0;
    if (at_once > 10'000) return false;  // deadlines make no progress
    last = *next;
    step(*next);
  }
  return true;
}

bool LinkWorld::all_ended() const {
  for (const auto& end : ends_) {
    for (const auto& [id, progress] : end->streams_) {
      if (!progress.ended || progress.written != progress.manner.to_send) return false;
    }
  }
  return true;
}

}  // namespace ngcshare::test
