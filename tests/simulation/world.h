// Simulates two peers and the connection between them, all from one seed.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include "tests/simulation/sim_peer.h"
#include "tests/support/seeds.h"

namespace ngcshare::test {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

struct World {
  explicit World(uint64_t seed, const SimPeer::Manner& manner_a = {},
                 const SimPeer::Manner& manner_b = {})
      : chance(seed),
        a_to_b(queue, chance, [this](PacketId id, Bytes body) { b.receive(id, body); }),
        b_to_a(queue, chance, [this](PacketId id, Bytes body) { a.receive(id, body); }),
        a(queue, chance, a_to_b, manner_a),
        b(queue, chance, b_to_a, manner_b) {}

  void set_faults(const Faults& faults) { a_to_b.faults() = b_to_a.faults() = faults; }
  void end_faults() { set_faults({}); }
  // Makes the connection anew without an event, as after a restart within NGC's timeout.
  void reconnect() {
    a_to_b.cut();
    b_to_a.cut();
  }
  void run(Duration duration) { queue.run_for(duration); }
  // Runs until no mapping is open, or for `limit`.
  void run_until_closed(Duration limit) {
    const TimePoint end = queue.now() + limit;
    const auto busy = [&] { return a.session().mapping_count() + b.session().mapping_count() > 0; };
    while (busy() && queue.now() < end) run(1s);
  }
  SimPeer& random_peer() { return chance.chance(0.5) ? a : b; }

  void expect_agreement() const {
    EXPECT_EQ(a.heard(), b.shared());
    EXPECT_EQ(b.heard(), a.shared());
  }
  void expect_no_mappings() {
    EXPECT_EQ(a.session().mapping_count(), 0U);
    EXPECT_EQ(b.session().mapping_count(), 0U);
  }

  EventQueue queue;
  SeededEntropy chance;
  SimChannel a_to_b;
  SimChannel b_to_a;
  SimPeer a;
  SimPeer b;
};

inline SimPeer::Manner with_link() {
  SimPeer::Manner manner;
  manner.capabilities = kWithLink;
  manner.plan.most_think_time = 500ms;
  return manner;
}

// Returns a bad path on which the lossless channel still works correctly.
inline Faults random_path(SeededEntropy& chance) {
  Faults faults;
  faults.delay = chance.between(5ms, 200ms);
  faults.jitter = chance.between(0ms, 400ms);
  faults.loss = static_cast<double>(chance.below(25)) / 100;
  faults.duplication = static_cast<double>(chance.below(20)) / 100;
  faults.queue_size = chance.chance(0.3) ? 4 + chance.below(30) : 2047;
  return faults;
}

// Returns a bad path with the faults that NGC's lossless channel really has.
inline Faults random_ngc_path(SeededEntropy& chance) {
  Faults faults = random_path(chance);
  faults.vanish = static_cast<double>(chance.below(10)) / 100;
  faults.replay = static_cast<double>(chance.below(10)) / 100;
  return faults;
}

}  // namespace ngcshare::test
