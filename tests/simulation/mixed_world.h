// Simulates a gateway with several members at once, all from one seed: members that speak the link,
// over relays too, and base peers; one that breaks rules; one uplink for all.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/congestion/shared_loss.h"
#include "tests/simulation/rule_breaker.h"
#include "tests/simulation/world.h"

namespace ngcshare::test {

class MixedWorld {
 public:
  // Memory that the gateway may hold for links. Small, so that it becomes short.
  static constexpr uint64_t kBudgetBytes = 8 * 1024 * 1024;
  static constexpr ServiceKey kTcpService = 1;
  static constexpr ServiceKey kUdpService = 2;

  explicit MixedWorld(uint64_t seed);
  ~MixedWorld();

  // Does one thing that users, admins, the machine or the rule-breaker may do.
  void something_happens();
  // Runs, while the rule-breaker goes on, until every stream but the paused ones is over, or for as
  // long as that may take at the least.
  void run_to_the_end();
  // Ends everything: paused readers go on, datagrams and the rule-breaker stop.
  void come_to_rest();
  void run(Duration duration);

  void expect_streams_are_over() const;
  void expect_nothing_left();
  void expect_new_streams_flow();

 private:
  struct Pair;
  struct Member;
  struct Stranger;

  SimPeer::Manner gateway_manner();
  void add_member();
  void open_streams(Member& member, uint64_t count);
  void open_datagrams(Member& member);
  void send_burst(Member& member);
  void pause(Member& member, size_t count);
  void go_on_reading(Member& member);
  void close_a_stream(Member& member);
  void stall();
  // Returns the bytes that streams still have to carry, one more for each stream that runs.
  uint64_t bytes_left(bool of_paused_too) const;
  Duration longest_wait() const;
  void check() const;
  void expect_complete(const Member& member, const SimStream& stream) const;
  std::string describe() const;

  SeededEntropy chance_;
  EventQueue queue_;
  link::MemoryBudget memory_{kBudgetBytes};
  link::SharedLoss losses_;
  Bottleneck down_;  // from the gateway to all
  Bottleneck up_;    // from the members
  const size_t most_bytes_;
  size_t max_mappings_ = PeerSession::Config{}.max_mappings;
  std::vector<std::unique_ptr<Member>> members_;
  std::unique_ptr<Stranger> stranger_;
  double datagram_rate_ = 0;  // bytes per second in each direction, with headers
};

}  // namespace ngcshare::test
