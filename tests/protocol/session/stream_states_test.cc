// The table of a stream's states in protocol/SPEC.md §8.12, at an offerer: what each arriving
// packet does in each state.
#include "tests/protocol/session/link_rig.h"

namespace ngcshare::test {
namespace {

constexpr uint64_t kEarlyBytes = 10;
constexpr uint64_t kMoreBytes = 5;

struct State {
  const char* name;
  void (*enter)(LinkRig& rig);
};

void never_heard_of(LinkRig& rig) { rig.offer(kService, service_offer("web", kTcpAndUdp)); }

void running(LinkRig& rig) {
  never_heard_of(rig);
  rig.receive_early_accept(rig.contact.all<Offer>().back().id, kPeerMapping, kEarlyBytes, false,
                           Transport::kTcp);
}

void with_a_tail(LinkRig& rig) {
  running(rig);
  Mapping& mapping = *rig.handler.accepted.back();
  mapping.write(some_bytes(100));
  mapping.finish(rig.now);
  rig.receive_link(
      [](link::PacketWriter& out) { out.write_stream(kPeerMapping, kEarlyBytes, 0, true); });
}

void abandoned(LinkRig& rig) {
  running(rig);
  rig.session.close_mapping(kPeerMapping, KillReason::kReset, rig.now);
}

void counted(LinkRig& rig) {
  abandoned(rig);
  rig.receive_reset(kPeerMapping, kEarlyBytes);
}

void without_the_link(LinkRig& rig) {
  never_heard_of(rig);
  rig.receive_accept(rig.contact.all<Offer>().back().id, kPeerMapping, Transport::kUdp, kWithLink);
}

// In the order of the columns of a Row.
constexpr State kStates[] = {
    {"N never heard of", never_heard_of},
    {"R runs", running},
    {"T has a tail", with_a_tail},
    {"A abandoned", abandoned},
    {"C counted", counted},
    {"X without the link", without_the_link},
};

enum class Effect {
  kNothing,       // if it came over the link, it is acknowledged
  kNoAck,         // and nothing else
  kCounted,       // kMoreBytes more of the stream are counted
  kUnknown,       // Kill(8)
  kProtocol,      // Kill(11), and the mapping is over
  kAcknowledged,  // Ack-Acc
  kOver,          // the mapping is over, without a Kill
};
using enum Effect;

struct Row {
  const char* name;
  void (*arrive)(LinkRig& rig);
  Effect effects[std::size(kStates)];
};

void accept_again(LinkRig& rig) {
  const bool udp = !rig.handler.accepted.empty() && rig.session.mapping_count() == 1 &&
                   rig.handler.accepted.back()->transports().udp;
  rig.receive_accept(rig.contact.all<Offer>().front().id, kPeerMapping,
                     udp ? Transport::kUdp : Transport::kTcp, kWithLink);
}

constexpr Row kRows[] = {
    {"STREAM",
     [](LinkRig& rig) {
       rig.receive_link([](link::PacketWriter& out) {
         out.write_stream(kPeerMapping, kEarlyBytes, kMoreBytes, false);
       });
     },
     {kNoAck, kCounted, kNothing, kNothing, kNothing, kNothing}},
    {"STREAM with FIN",
     [](LinkRig& rig) {
       rig.receive_link([](link::PacketWriter& out) {
         out.write_stream(kPeerMapping, kEarlyBytes, kMoreBytes, true);
       });
     },
     {kNoAck, kCounted, kNothing, kCounted, kNothing, kNothing}},
    {"RESET",
     [](LinkRig& rig) { rig.receive_reset(kPeerMapping, kEarlyBytes + kMoreBytes); },
     {kNoAck, kCounted, kNothing, kCounted, kNothing, kNothing}},
    {"STREAM_LIMIT",
     [](LinkRig& rig) {
       rig.receive_link(
           [](link::PacketWriter& out) { out.write_stream_limit(kPeerMapping, 1'000'000); });
     },
     {kNothing, kNothing, kNothing, kNothing, kNothing, kNothing}},
    {"Accept",
     accept_again,
     {kAcknowledged, kAcknowledged, kNothing, kUnknown, kUnknown, kAcknowledged}},
    {"Ack-Acc",
     [](LinkRig& rig) { rig.receive_ack(kPeerMapping, kWithLink); },
     {kUnknown, kNothing, kNothing, kUnknown, kUnknown, kNothing}},
    {"tcp Data",
     [](LinkRig& rig) {
       rig.receive(StreamData{kPeerMapping, some_bytes(3)});
     },
     {kUnknown, kNothing, kNothing, kUnknown, kUnknown, kProtocol}},
    {"udp Data",
     [](LinkRig& rig) {
       rig.receive(Datagram{kPeerMapping, some_bytes(3)});
     },
     {kUnknown, kProtocol, kNothing, kUnknown, kUnknown, kNothing}},
    {"Kill",
     [](LinkRig& rig) {
       rig.receive_kill_by_link({kPeerMapping, KillReason::kReset});
     },
     {kNothing, kOver, kNothing, kNothing, kNothing, kOver}},
};

// What can be seen of a session.
struct View {
  explicit View(const LinkRig& rig)
      : refused(rig.stats().refused),
        taken(rig.stats().counted_taken),
        mappings(rig.session.mapping_count()) {
    for (const Sent& sent : rig.contact.sent) {
      if (sent.where.channel == Channel::kLossless) note(sent.packet());
    }
    for (const Packet& packet : rig.controls_by_link()) note(packet);
  }
  void note(const std::optional<Packet>& packet) {
    const auto* const kill = packet ? std::get_if<Kill>(&*packet) : nullptr;
    if (kill != nullptr && kill->reason == KillReason::kUnknown) ++unknown;
    if (kill != nullptr && kill->reason == KillReason::kProtocol) ++protocol;
    if (packet && std::holds_alternative<AckAcc>(*packet)) ++acknowledged;
  }

  uint64_t refused;
  uint64_t taken;
  size_t mappings;
  size_t unknown = 0;
  size_t protocol = 0;
  size_t acknowledged = 0;
};

void expect_effect(const View& before, const View& after, Effect effect) {
  EXPECT_EQ(after.refused - before.refused, effect == kNoAck ? 1U : 0U);
  EXPECT_EQ(after.taken - before.taken, effect == kCounted ? kMoreBytes : 0U);
  EXPECT_EQ(after.unknown - before.unknown, effect == kUnknown ? 1U : 0U);
  EXPECT_EQ(after.protocol - before.protocol, effect == kProtocol ? 1U : 0U);
  EXPECT_EQ(after.acknowledged - before.acknowledged, effect == kAcknowledged ? 1U : 0U);
  const bool ends = effect == kOver || effect == kProtocol;
  const bool opens = effect == kAcknowledged && before.mappings == 0;
  EXPECT_EQ(after.mappings, ends ? 0U : before.mappings + (opens ? 1U : 0U));
}

TEST(StreamStates, AreThoseOfThePagesTable) {
  for (const Row& row : kRows) {
    for (size_t i = 0; i < std::size(kStates); ++i) {
      SCOPED_TRACE(std::string(row.name) + " in " + kStates[i].name);
      LinkRig rig;
      kStates[i].enter(rig);
      rig.session.pump(rig.now);
      const View before(rig);
      row.arrive(rig);
      expect_effect(before, View(rig), row.effects[i]);
      EXPECT_TRUE(rig.session.sums_hold());
    }
  }
}

TEST(StreamStates, ThatCountInTheOpenDigestAreTheRunningOnes) {
  for (const State& state : kStates) {
    SCOPED_TRACE(state.name);
    LinkRig rig;
    state.enter(rig);
    rig.pass(300ms);
    rig.receive_hello(0, 0, true, kPeerEpoch, kWithLink);
    const bool runs = state.enter == running || state.enter == without_the_link;
    EXPECT_EQ(rig.last_hello().open_digest, runs ? mapping_digest(kPeerMapping) : 0U);
  }
}

TEST(StreamStates, OfATailEndWithAKill) {
  LinkRig rig;
  with_a_tail(rig);
  EXPECT_EQ(rig.stats().streams, 1U);
  rig.receive_kill_by_link({kPeerMapping, KillReason::kReset});
  EXPECT_EQ(rig.stats().streams, 0U);
}

}  // namespace
}  // namespace ngcshare::test
