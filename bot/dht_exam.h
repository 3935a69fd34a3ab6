// Asks boot nodes by UDP whether they are there, and some of them under which address they see us.
// A state machine without I/O: after any call drain poll(), then wait until deadline().
//
// A node tells our address to whoever asks for our key once it has listed us, which it does when we
// have answered a ping of its own, a few seconds after we have asked it something. It lists few
// keys that are far from its own, and those places are taken on the nodes that everybody knows. So
// each of these nodes is asked in the name of a key made near its own; all by the same socket.
//
// Sends at most kAttempts + 2 * kLookAttempts packets to a node, to no address but those given.
#pragma once

#include <asio/ip/udp.hpp>
#include <deque>
#include <optional>
#include <vector>

#include "bot/dht_packet.h"
#include "protocol/clock.h"

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
    std::optional<Endpoint> seen_as;     // nullopt: was not asked, or has not told
  };
  struct Outgoing {
    Endpoint to;
    std::vector<uint8_t> packet;
  };

  static constexpr int kAttempts = 3;
  static constexpr int kLookAttempts = 8;
  static constexpr size_t kMostObservers = 6;  // that are asked how they see us; of IPv4
  static constexpr Duration kInterval = std::chrono::seconds(1);

  // `near_bits`: how many leading bits a key has in common with that of a node by which it is
  // listed; each doubles the work. `entropy` outlives this.
  // The first tick() is due at `now`.
  Exam(const std::vector<Node>& nodes, Entropy& entropy, TimePoint now,
       size_t near_bits = kNearBits);

  // Anything that does not fit changes nothing.
  void receive(const Endpoint& from, Bytes packet, TimePoint now);
  void tick(TimePoint now);
  // nullopt: done.
  std::optional<TimePoint> deadline() const;
  std::optional<Outgoing> poll();

  // In the order of the nodes that were given. Complete when done, right at any time.
  std::vector<Result> results() const;

 private:
  struct Attempt {
    Id id{};
    TimePoint at{};
  };
  // A question to a node that is repeated until it is answered.
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

  // Enough for a network of tens of thousands of nodes; some 80 ms of work a node.
  static constexpr size_t kNearBits = 12;
  static constexpr int kKeysPerTick = 128;

  Entropy& entropy_;
  const size_t near_bits_;
  const KeyPair own_;
  std::vector<State> states_;
  std::deque<Outgoing> outbox_;
  size_t observers_ = 0;
  const TimePoint search_from_;  // when most answers are there, whose times work would falsify
  TimePoint now_{};
};

}  // namespace ngcshare::dht
