#include "tests/simulation/mixed_world.h"

#include <algorithm>
#include <cmath>

#include "tests/simulation/mixed_peers.h"

namespace ngcshare::test {
namespace {

// Most of the path that datagrams get.
constexpr double kMostDatagrams = 0.3;

Bottleneck random_bottleneck(SeededEntropy& chance) {
  const double bytes_per_second = chance.log_between(100e3, 1e6);
  return {bytes_per_second, chance.between(15ms, 200ms)};
}

}  // namespace

MixedWorld::MixedWorld(uint64_t seed)
    : chance_(seed),
      down_(random_bottleneck(chance_)),
      up_(random_bottleneck(chance_)),
      most_bytes_(static_cast<size_t>(1.5 * std::min(down_.rate(), up_.rate()))) {
  if (chance_.chance(0.3)) max_mappings_ = 8 + chance_.below(30);
  for (uint64_t i = 1 + chance_.below(4); i > 0; --i) add_member();
  if (chance_.chance(0.7)) {
    SimPeer::Manner manner = gateway_manner();
    manner.own_ids_only = true;
    stranger_ = std::make_unique<Stranger>(*this, manner);
  }
  run(3s);
}

MixedWorld::~MixedWorld() = default;

SimPeer::Manner MixedWorld::gateway_manner() {
  SimPeer::Manner manner;
  manner.capabilities = kWithLink;
  manner.plan.most_bytes = most_bytes_;
  manner.plan.most_think_time = 100ms;
  manner.refuses = chance_.chance(0.3) ? 0.2 : 0;
  manner.max_mappings = max_mappings_;
  if (chance_.chance(0.25)) manner.congestion = link::CongestionAlgorithm::kCubic;
  manner.memory = &memory_;
  manner.losses = &losses_;
  return manner;
}

void MixedWorld::add_member() {
  SimPeer::Manner at_gateway = gateway_manner();
  SimPeer::Manner member = at_gateway;
  member.memory = nullptr;
  member.losses = nullptr;
  member.refuses = 0;
  member.early = true;
  member.max_mappings = PeerSession::Config{}.max_mappings;
  const bool is_base = chance_.chance(0.2);
  if (is_base) {
    member.capabilities = chance_.chance(0.5) ? 0 : kCapMulti | kCapWindow;
    at_gateway.plan.most_bytes = member.plan.most_bytes = 5000;
  } else if (chance_.chance(0.2)) {
    member.capabilities &= ~uint32_t{kCapCount};
  }
  at_gateway.relayed = member.relayed = !is_base && chance_.chance(0.2);
  members_.push_back(std::make_unique<Member>(*this, at_gateway, member));
  Faults faults;
  faults.delay = chance_.between(1ms, 80ms);
  if (!is_base && chance_.chance(0.5)) faults.loss = chance_.log_between(0.001, 0.02);
  if (!is_base && chance_.chance(0.3)) faults.jitter = chance_.between(0ms, 5ms);
  if (!is_base && chance_.chance(0.3)) faults.vanish = faults.replay = 0.05;
  Pair& pair = members_.back()->pair;
  pair.to_peer.faults() = pair.to_gateway.faults() = faults;
}

// -- events ----------------------------------------------------------------------------------

void MixedWorld::something_happens() {
  Member& member = *members_[chance_.below(members_.size())];
  switch (chance_.below(12)) {
    case 0:
      open_streams(member, 10 + chance_.below(40));
      break;
    case 1:
      open_datagrams(member);
      break;
    case 8:
      if (member.peer.manner().relayed) send_burst(member);
      break;
    case 2:
      pause(member, 1);
      break;
    case 3:
      pause(member, SIZE_MAX);
      break;
    case 4:
      go_on_reading(member);
      break;
    case 5:
      close_a_stream(member);
      break;
    case 6:
      stall();
      break;
    case 7:
      member.pair.gateway.withdraw(kTcpService);
      member.pair.gateway.share(kTcpService, 80);
      break;
    default:
      open_streams(member, 1 + chance_.below(3));
  }
  for (uint64_t i = chance_.below(10); stranger_ && i > 0; --i) stranger_->breaker.act();
  run(chance_.between(0ms, 400ms));
}

void MixedWorld::open_streams(Member& member, uint64_t count) {
  for (; count > 0; --count) member.peer.open_stream();
}

// Adds datagrams as far as they leave streams most of the path.
void MixedWorld::open_datagrams(Member& member) {
  const bool large = chance_.chance(0.2) && member.peer.manner().capabilities == kWithLink;
  DatagramPlan plan;
  plan.bytes = 9 + chance_.below(large ? 20'000 : 1200);
  plan.interval = chance_.between(5ms, 100ms);
  plan.count = UINT64_MAX;
  const double packets = std::ceil(static_cast<double>(plan.bytes) / kFragmentBytes);
  const double bytes = static_cast<double>(plan.bytes) + packets * link::kOverheadBytes;
  const double rate = bytes / std::chrono::duration<double>(plan.interval).count();
  const double allowed = kMostDatagrams * std::min(down_.rate(), up_.rate());
  if (datagram_rate_ + rate > allowed) return;
  if (member.peer.open_datagrams(plan) != nullptr) datagram_rate_ += rate;
}

// Sends large datagrams at once, of which a relay must not get more than it bears.
void MixedWorld::send_burst(Member& member) {
  member.peer.open_datagrams({.bytes = 20'000, .interval = 1ms, .count = 20});
}

// Makes the newest programs stop reading, at either end.
void MixedWorld::pause(Member& member, size_t count) {
  SimPeer& peer = chance_.chance(0.5) ? member.peer : member.pair.gateway;
  const auto& streams = peer.streams();
  for (auto at = streams.rbegin(); at != streams.rend() && count > 0; ++at) {
    if (!(*at)->running()) continue;
    (*at)->stop_reading();
    member.paused.insert((*at)->id());
    --count;
  }
}

void MixedWorld::go_on_reading(Member& member) {
  for (const SimPeer* const peer : {&member.peer, &member.pair.gateway}) {
    for (const auto& stream : peer->streams()) {
      if (member.paused.contains(stream->id())) stream->go_on_reading();
    }
  }
  member.paused.clear();
}

void MixedWorld::close_a_stream(Member& member) {
  SimPeer& peer = chance_.chance(0.5) ? member.peer : member.pair.gateway;
  if (peer.streams().empty()) return;
  peer.streams()[chance_.below(peer.streams().size())]->close(KillReason::kReset);
}

// The gateway gets no processor time.
void MixedWorld::stall() {
  const Duration time = chance_.between(1ms, 100ms);
  for (const auto& member : members_) member->pair.gateway.stall(time);
  if (stranger_) stranger_->pair.gateway.stall(time);
}

// -- time ------------------------------------------------------------------------------------

void MixedWorld::run(Duration duration) {
  const TimePoint end = queue_.now() + duration;
  while (queue_.now() < end) {
    queue_.run_until(std::min(end, queue_.now() + 20ms));
    check();
  }
}

void MixedWorld::run_to_the_end() {
  for (const auto& member : members_) member->pair.gateway.manner().refuses = 0;
  const TimePoint end = queue_.now() + longest_wait();
  while (queue_.now() < end && bytes_left(false) > 0) {
    run(100ms);
    if (stranger_) stranger_->breaker.act();
  }
}

void MixedWorld::come_to_rest() {
  for (const auto& member : members_) {
    go_on_reading(*member);
    for (const auto& flow : member->peer.datagrams()) flow->close(KillReason::kClosed);
    Pair& pair = member->pair;
    pair.to_peer.faults() = pair.to_gateway.faults() = {};
  }
  datagram_rate_ = 0;
  const TimePoint end = queue_.now() + longest_wait();
  while (queue_.now() < end && bytes_left(false) > 0) run(100ms);
  // Until Kills, their repeats and acknowledgements are over, and, without the link, two Hellos
  // have told of a Kill that was lost.
  for (int second = 0; second < 120; ++second) {
    if (stranger_ && second % 10 == 0) stranger_->breaker.repent();
    run(1s);
  }
}

uint64_t MixedWorld::bytes_left(bool of_paused_too) const {
  uint64_t bytes = 0;
  for (const auto& member : members_) {
    for (const auto& stream : member->peer.streams()) {
      const bool paused = member->paused.contains(stream->id());
      if (stream->running() && (of_paused_too || !paused)) bytes += 1 + stream->bytes_left();
    }
  }
  return bytes;
}

// Returns four times as long as all streams need if they share the path without loss, the paused
// ones too, whose other direction goes on; and a time for those of base peers, whose lost packets
// are repeated after seconds.
Duration MixedWorld::longest_wait() const {
  const double rate = std::min(down_.rate(), up_.rate()) - datagram_rate_;
  const double seconds = 60 + 4 * static_cast<double>(bytes_left(true)) / rate;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace ngcshare::test
