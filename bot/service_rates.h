// The byte rates of one shared service: for the service in all and for each peer of it, in both
// directions, each with a budget of its own; and how much has passed.
//
// Lives while the gateway or a connection needs it.
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "bot/rate_lane.h"
#include "storage/person.h"

namespace ngcshare {

// In bytes per second and direction; nullopt: unlimited.
struct Rates {
  std::optional<uint64_t> total;
  std::optional<uint64_t> per_peer;
};

enum class Direction { kIn, kOut };  // to the service, from it

class ServiceRates : public std::enable_shared_from_this<ServiceRates> {
 public:
  using Person = storage::Person;

  // What one connection asks before it moves bytes.
  class Connection {
   public:
    Connection(std::shared_ptr<ServiceRates> service, const Person& person);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // How many bytes may pass now; 0: wait(). Any number where there is no limit.
    size_t allowance(Direction direction);
    // Whether a datagram may pass, which does not wait.
    bool admits(Direction direction, size_t bytes);
    // Bytes have passed.
    void spend(Direction direction, size_t bytes);
    // Bytes since it began.
    uint64_t passed(Direction direction) const { return passed_[index(direction)]; }
    // `on_turn` is called once, from the loop, unless the connection dies before. REQUIRES: not
    // waiting in that direction.
    void wait(Direction direction, RateLane::OnTurn on_turn);

   private:
    RateLane::Flow& flow(Direction direction) { return direction == Direction::kIn ? in_ : out_; }

    const std::shared_ptr<ServiceRates> service_;
    const Person person_;
    RateLane::Flow in_;
    RateLane::Flow out_;
    std::array<uint64_t, 2> passed_{0, 0};  // bytes, by direction
  };

  // `loop` outlives the rates and all connections.
  static std::shared_ptr<ServiceRates> create(asio::io_context& loop);

  // In force at once, for what runs and waits too.
  void set(const Rates& rates);
  std::shared_ptr<Connection> connect(const Person& person);

  uint64_t passed(Direction direction) const { return passed_[index(direction)]; }
  // Datagrams, and for tcp what was read from or written to the target in one go.
  uint64_t pieces(Direction direction) const { return pieces_[index(direction)]; }
  // Peers with a connection.
  size_t peer_count() const { return peers_.size(); }

 private:
  struct PeerBudgets {
    size_t connections = 0;
    std::array<ByteBudget, 2> budgets;  // by direction
  };
  explicit ServiceRates(asio::io_context& loop) : timer_(loop) {}

  static size_t index(Direction direction) { return static_cast<size_t>(direction); }
  ByteBudget& budget_of(const Person& person, Direction direction);
  void arm(TimePoint when);
  void arm_for_all();
  void run();

  Rates rates_;
  std::array<RateLane, 2> lanes_;         // by direction
  std::map<Person, PeerBudgets> peers_;   // those with a connection
  std::array<uint64_t, 2> passed_{0, 0};  // bytes, by direction
  std::array<uint64_t, 2> pieces_{0, 0};
  asio::steady_timer timer_;
  std::optional<TimePoint> armed_for_;
};

}  // namespace ngcshare
