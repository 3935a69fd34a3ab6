// MixedWorld: the conditions that must hold during a run and after it.
#include <sstream>

#include "tests/simulation/mixed_peers.h"

namespace ngcshare::test {
namespace {

// Bytes that may be in flight to or from a relay: what the link and datagrams may each have, and
// packets that neither counts.
constexpr uint64_t kMostOverRelay = 2 * link::Link::kMaxInFlightOverRelay;
// Events reported, and packets sent beside the link, because of one packet.
constexpr uint64_t kMostWork = 512;
// Packets of the link, likewise: a burst of the pacer after the 50 ms of lateness that it makes up
// for, at the rate of the fastest path.
constexpr uint64_t kMostLinkPackets = 1024;

// Returns whether a stream may have ended so: by its programs, by limits and refusals, or, where
// control packets travel on the lossless channel, because that held them up for too long.
bool is_good_end(KillReason reason, bool over_link) {
  switch (reason) {
    case KillReason::kTimeout:
      return !over_link;
    case KillReason::kClosed:
    case KillReason::kReset:
    case KillReason::kWithdrawn:
    case KillReason::kTargetRefused:
    case KillReason::kUnknown:
    case KillReason::kLimit:
      return true;
    default:
      return false;
  }
}

}  // namespace

void MixedWorld::check() const {
  const uint64_t links = members_.size() + 1;
  EXPECT_LE(memory_.held(), kBudgetBytes * 5 / 4 + links * link::MemoryAccount::kOwnBytes);
  for (const auto& member : members_) {
    if (!member->peer.manner().relayed) continue;
    EXPECT_LE(member->pair.to_peer.lossy_in_flight(), kMostOverRelay);
    EXPECT_LE(member->pair.to_gateway.lossy_in_flight(), kMostOverRelay);
  }
  if (!stranger_) return;
  const SimPeer& gateway = stranger_->pair.gateway;
  EXPECT_LE(gateway.most_work(), kMostWork);
  EXPECT_LE(gateway.most_link_packets(), kMostLinkPackets);
  EXPECT_LE(gateway.session().mapping_count(), max_mappings_);
  if (const auto stats = gateway.session().link_stats()) {
    EXPECT_LE(stats->streams, 2 * max_mappings_);
  }
}

void MixedWorld::expect_streams_are_over() const {
  for (const auto& member : members_) {
    for (const auto& stream : member->peer.streams()) {
      EXPECT_FALSE(stream->corrupt()) << stream->describe();
      if (member->paused.contains(stream->id())) continue;
      EXPECT_FALSE(stream->running()) << stream->describe() << describe();
      if (!stream->closed()) continue;
      const bool over_link = (member->peer.manner().capabilities & kCapLink) != 0;
      EXPECT_TRUE(is_good_end(*stream->closed(), over_link)) << stream->describe() << describe();
      if (stream->closed() == KillReason::kClosed) expect_complete(*member, *stream);
    }
  }
}

void MixedWorld::expect_nothing_left() {
  for (const auto& member : members_) {
    EXPECT_EQ(member->peer.session().mapping_count(), 0U) << describe();
    EXPECT_EQ(member->pair.gateway.session().mapping_count(), 0U) << describe();
    for (const auto& flow : member->peer.datagrams()) EXPECT_FALSE(flow->corrupt());
    const auto gateway = member->pair.gateway.session().link_stats();
    const auto peer = member->peer.session().link_stats();
    if (!gateway || !peer) continue;
    EXPECT_EQ(gateway->streams, 0U);
    EXPECT_EQ(peer->streams, 0U);
    EXPECT_EQ(gateway->unread + peer->unread, 0U);
    EXPECT_EQ(gateway->counted_sent, peer->counted_taken);
    EXPECT_EQ(peer->counted_sent, gateway->counted_taken);
  }
  EXPECT_EQ(memory_.held(), 0U);
  if (!stranger_) return;
  EXPECT_EQ(stranger_->pair.gateway.session().mapping_count(), 0U);
  if (const auto stats = stranger_->pair.gateway.session().link_stats()) {
    EXPECT_EQ(stats->streams, 0U);
    EXPECT_EQ(stats->unread, 0U);
  }
}

void MixedWorld::expect_new_streams_flow() {
  for (const auto& member : members_) {
    SimStream* const stream = member->peer.open_stream();
    ASSERT_NE(stream, nullptr) << describe();
    const TimePoint end = queue_.now() + longest_wait();
    while (stream->running() && queue_.now() < end) run(100ms);
    expect_complete(*member, *stream);
  }
}

// Without kCapWindow one end ends both directions, or waits Mapping::kLingerTimeout for a packet
// that the lossless channel repeats later.
void MixedWorld::expect_complete(const Member& member, const SimStream& stream) const {
  if ((member.peer.manner().capabilities & kCapWindow) == 0) return;
  EXPECT_TRUE(stream.complete()) << stream.describe() << describe();
}

std::string MixedWorld::describe() const {
  std::ostringstream text;
  text << "\ndown " << down_.rate() << " B/s, up " << up_.rate() << " B/s, datagrams "
       << datagram_rate_ << " B/s, " << max_mappings_ << " mappings"
       << (stranger_ ? ", a stranger" : "");
  for (const auto& member : members_) {
    const auto& faults = member->pair.to_peer.faults();
    text << "\nmember: capabilities " << member->peer.manner().capabilities << ", delay "
         << std::chrono::duration<double>(faults.delay).count() << " s, loss " << faults.loss
         << (member->peer.manner().relayed ? ", relayed" : "") << ", mappings "
         << member->peer.session().mapping_count();
    for (const SimPeer* const peer : {&member->pair.gateway, &member->peer}) {
      const auto stats = peer->session().link_stats();
      if (!stats) continue;
      text << "\n  rate " << stats->delivery_rate << " window " << stats->window << " in flight "
           << stats->in_flight << " + " << stats->datagrams_in_flight << " lost "
           << stats->packets_lost << " of " << stats->packets_sent << " streams " << stats->streams
           << " " << stats->congestion_state;
    }
  }
  return text.str();
}

}  // namespace ngcshare::test
