// Measures what a packet costs while other things are idle: mappings of the same peer, other peers,
// streams that wait; and what the most expensive packets of a hostile peer cost. No network: both
// ends run in this process, in virtual time. Each figure is the best of several runs, and the
// ratios are of one run of the program.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#include "tests/bench/packet_world.h"
#include "tests/protocol/link/link_helpers.h"
#include "tests/protocol/link/link_pair.h"

namespace ngcshare::test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr int kRuns = 9;
constexpr int kSteps = 1000;  // in a run
constexpr size_t kStreamBytes = 1000;
constexpr size_t kDatagramBytes = 100;
constexpr size_t kWaitingBytes = 40'000;  // more than a stream may have unsent beside many others

// Returns the best average time of a step, in microseconds.
double best_of(const std::function<void()>& step, const std::function<void()>& between) {
  double best = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = Clock::now();
    for (int i = 0; i < kSteps; ++i) step();
    const std::chrono::duration<double, std::micro> took = Clock::now() - start;
    best = std::min(best, took.count() / kSteps);
    between();
  }
  return best;
}

struct Costs {
  double tcp = 0;
  double udp = 0;
};

// Measures a packet of the busy peer with its acknowledgement, at both ends together. Each peer has
// `mappings` that are idle.
Costs packet_costs(size_t peers, size_t mappings) {
  PacketWorld world(peers);
  for (const auto& end : world.ends()) {
    for (size_t i = 0; i < mappings; ++i) world.open(*end, Transport::kTcp);
  }
  world.settle();
  Mapping& stream = world.open(world.busy(), Transport::kTcp);
  Mapping& flow = world.open(world.busy(), Transport::kUdp);
  for (int i = 0; i < 20; ++i) world.settle();  // 40 s, in which all openings are over
  const std::vector<uint8_t> bytes(kStreamBytes, 'x');
  const Bytes datagram = Bytes(bytes).first(kDatagramBytes);
  const uint64_t before = world.bytes_arrived();
  Costs costs;
  costs.tcp = best_of(
      [&] {
        stream.write(bytes);
        world.step();
      },
      [&] { world.settle(); });
  costs.udp = best_of(
      [&] {
        flow.send_datagram(datagram, world.now());
        world.step();
      },
      [&] { world.settle(); });
  if (world.bytes_arrived() - before != kRuns * kSteps * (kStreamBytes + kDatagramBytes)) {
    std::printf("some packets did not arrive\n");
  }
  return costs;
}

void print(const char* what, const std::vector<size_t>& counts, const std::vector<double>& costs) {
  std::printf("%-38s", what);
  for (const double cost : costs) std::printf("%10.2f", cost);
  std::printf("%10.2f   (%zu)\n", costs.back() / costs.front(), counts.back());
}

void measure_idle(const char* tcp, const char* udp, const std::vector<size_t>& counts,
                  const std::function<Costs(size_t)>& costs_with) {
  std::vector<double> of_tcp;
  std::vector<double> of_udp;
  for (const size_t count : counts) {
    const Costs costs = costs_with(count);
    of_tcp.push_back(costs.tcp);
    of_udp.push_back(costs.udp);
  }
  print(tcp, counts, of_tcp);
  print(udp, counts, of_udp);
}

// -- the link ---------------------------------------------------------------------------------

// A pair of links whose side a has this many streams that the peer does not read, so that they have
// used up the window of the link and wait for room.
struct WaitingStreams {
  explicit WaitingStreams(size_t count) {
    pair.warm_up();
    pair.b.handler.reads = false;
    const std::string bytes(kWaitingBytes, 'x');
    for (size_t i = 0; i < count; ++i) pair.open(static_cast<MsgId>(i + 1));
    for (size_t i = 0; i < count; ++i) LinkPair::write(pair.a, static_cast<MsgId>(i + 1), bytes);
    pair.pump();
    pair.exchange(100);
  }
  LinkPair pair;
};

double control_cost(size_t waiting) {
  WaitingStreams world(waiting);
  LinkPair& pair = world.pair;
  const std::vector<uint8_t> body(8, 'c');
  const auto step = [&] {
    pair.pass(1ms);
    pair.b.link.send_control(PacketId::kData, body);
    pair.b.link.pump(pair.now);
    pair.carry(pair.b);
    pair.carry(pair.a);
    pair.tick();
  };
  return best_of(step, [&] { pair.a.handler.controls.clear(); });
}

// Returns the cost of a packet full of LINK_LIMIT frames, each of which lets the streams send one
// more byte, at the end that gets it.
double limits_cost(size_t waiting) {
  WaitingStreams world(waiting);
  LinkPair& pair = world.pair;
  auto number = static_cast<uint32_t>(pair.b.link.stats().packets_sent);
  constexpr uint64_t kBeyondFirst = 4 << 20;
  uint64_t limit = waiting == 1 ? kBeyondFirst : pair.a.link.stats().bytes_sent;
  double best = 1e9;
  for (int i = 0; i < 50; ++i) {
    const auto packet = link_packet({LinkPair::kTokenOfB, number++}, [&](link::PacketWriter& out) {
      for (int frame = 0; frame < 64; ++frame) out.write_link_limit(++limit);
    });
    const auto start = Clock::now();
    pair.a.link.receive(packet, pair.now);
    pair.a.link.pump(pair.now);
    const std::chrono::duration<double, std::micro> took = Clock::now() - start;
    best = std::min(best, took.count());
  }
  return best;
}

void measure_link() {
  const std::vector<size_t> counts{1, 100, 2000};
  std::vector<double> control;
  std::vector<double> limits;
  for (const size_t count : counts) {
    control.push_back(control_cost(count));
    limits.push_back(limits_cost(count));
  }
  print("control message, streams wait", counts, control);
  print("packet of 64 LINK_LIMIT, streams wait", counts, limits);
}

// -- Hello --------------------------------------------------------------------------------------

// Hands the hub pairs of Hellos that say that the open mappings differ. Returns the longest time of
// a pair, and the packets that the hub sent, per pair.
void measure_hellos(size_t mappings) {
  constexpr int kPairs = 8;
  PacketWorld world(1);
  for (size_t i = 0; i < mappings; ++i) world.open(world.busy(), Transport::kTcp);
  for (int i = 0; i < 20; ++i) world.settle();
  FarEnd& far = world.busy();
  const uint32_t hub_epoch = far.heard->extension->epoch.value_or(0);
  const Hello hello{far.epoch, world.config().capabilities, hub_epoch, 0, 0, 12345, false};
  double longest = 0;
  size_t packets = 0;
  for (int pair = 0; pair < kPairs; ++pair) {
    for (int one = 0; one < 2; ++one) {
      Frame frame;
      const Outgoing where = encode_packet(hello, frame);
      const auto start = Clock::now();
      world.hub().receive(*far.peer, where.id, false, frame.body(), frame.body().size() + 2);
      world.hub().pump();
      const std::chrono::duration<double, std::micro> took = Clock::now() - start;
      longest = std::max(longest, took.count());
    }
    packets += far.answers->carry([](const Wire::Packet&) {});
  }
  std::printf(
      "\nHello with a wrong open digest, %zu mappings: at most %.0f us, %.1f packets for two\n",
      mappings, longest, static_cast<double>(packets) / kPairs);
}

int run() {
  std::printf("microseconds for a packet and its answer, both ends together\n\n");
  std::printf("%-38s%10s%10s%10s%10s\n", "idle mappings of the peer", "1", "100", "2000", "ratio");
  measure_idle("tcp, 1000 bytes", "udp, 100 bytes", {1, 100, 2000},
               [](size_t mappings) { return packet_costs(1, mappings); });
  measure_link();
  std::printf("\n%-38s%10s%10s%10s\n", "idle peers", "1", "100", "ratio");
  measure_idle("tcp, 1000 bytes", "udp, 100 bytes", {1, 100},
               [](size_t idle) { return packet_costs(idle + 1, 1); });
  measure_hellos(2000);
  return 0;
}

}  // namespace
}  // namespace ngcshare::test

int main() { return ngcshare::test::run(); }
