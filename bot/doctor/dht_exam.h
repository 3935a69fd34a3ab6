// Asks boot nodes by UDP whether they answer, and some of them at which address they see us. A
// state machine without I/O: after any call drain poll(), then wait until deadline().
//
// A node tells our address to anybody who asks for our key, once it has listed us. It does so after
// we have answered a ping of its own, a few seconds after our first question. It lists few keys
// that are far from its own, and on the well-known nodes those places are taken. So each of these
// nodes is asked with a key generated near its own; all through the same socket.
//
// Sends at most kAttempts + 2 * kLookAttempts packets to a node, and only to the nodes given.
#pragma once

#include <asio/ip/udp.hpp>
#include <deque>
#include <optional>
#include <vector>

#include "bot/doctor/dht_packet.h"
#include "protocol/base/clock.h"

namespace ngcshare::dht {

class Exam {
 public:
  using Endpoint = asio::ip::udp::endpoint;
  struct Node {
    Endpoint endpoint;
    Key key{};
  };
  struct Result {
    std::optional<Duration> round_trip;  // nullopt: no answer
    std::optional<Endpoint> seen_as;     // nullopt: not asked, or not answered
  };
  struct Outgoing {
    Endpoint to;
    std::vector<uint8_t> packet;
  };

  static constexpr int kAttempts = 3;
  static constexpr int kLookAttempts = 8;
  static constexpr size_t kMostObservers = 6;  // IPv4 nodes asked at which address they see us
  static constexpr Duration kInterval = std::chrono::seconds(1);

  // The first tick() is due at `now`. `near_bits`: the leading bits that a key must share with a
  // node's key to be listed there; each bit doubles the work. REQUIRES: `entropy` outlives this.
  Exam(const std::vector<Node>& nodes, Entropy& entropy, TimePoint now,
       size_t near_bits = kNearBits);

  // Ignores any packet that is not an expected answer.
  void receive(const Endpoint& from, Bytes packet, TimePoint now);
  void tick(TimePoint now);
  // Returns when to call tick(), or nullopt when done.
  std::optional<TimePoint> deadline() const;
  std::optional<Outgoing> poll();

  // Returns the results in the order of the nodes given. Valid at any time, complete when done.
  std::vector<Result> results() const;

 private:
  struct Attempt {
    Id id{};
    TimePoint at{};
  };
  // A question that is repeated until the node answers.
  struct Question {
    std::vector<Attempt> attempts;
    TimePoint next{};
    bool open = true;
  };
  struct State {
    Node node;
    Result result;
    Question presence;
    bool observes = false;
    std::optional<KeyPair> near;  // nullopt: not found yet
    Question look{.attempts = {}, .next = {}, .open = false};
    int pings_answered = 0;
  };

  void ask(State& state, Question& question, const KeyPair& own, int most, TimePoint now);
  void receive_as(State& state, const KeyPair& own, Bytes packet, TimePoint now);
  void on_response(State& state, const NodesResponse& response, const KeyPair& own, TimePoint now);
  void on_ping(State& state, const PingRequest& request);
  void search_key(TimePoint now);
  State* in_search();

  // Enough for a network of tens of thousands of nodes; about 80 ms of work per node.
  static constexpr size_t kNearBits = 12;
  static constexpr int kKeysPerTick = 128;

  Entropy& entropy_;
  const size_t near_bits_;
  const KeyPair own_;
  std::vector<State> states_;
  std::deque<Outgoing> outbox_;
  size_t observers_ = 0;
  const TimePoint search_from_;  // after most answers, whose round trips the work would distort
  TimePoint now_{};
};

}  // namespace ngcshare::dht
