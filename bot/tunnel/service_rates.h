// Enforces the byte rates of one shared service, in total and per peer, with a separate budget for
// each direction, and counts the bytes that pass.
//
// Shared by the gateway and the service's connections; a member has no rates. TcpBridge waits for
// its turn, UdpLeg drops datagrams over the rate.
#pragma once

#include <array>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "bot/base/steady_time.h"
#include "bot/tunnel/rate_lane.h"
#include "storage/values/person.h"

namespace ngcshare {

// Bytes per second in each direction, or nullopt for no limit.
struct Rates {
  std::optional<uint64_t> total;
  std::optional<uint64_t> per_peer;
};

enum class Direction { kIn, kOut };  // to the service, from it

class ServiceRates : public std::enable_shared_from_this<ServiceRates> {
 public:
  // The budgets and counters of one connection, which asks it before moving bytes.
  class ConnectionRates {
   public:
    ConnectionRates(std::shared_ptr<ServiceRates> service, const storage::Person& person);
    ~ConnectionRates();
    ConnectionRates(const ConnectionRates&) = delete;
    ConnectionRates& operator=(const ConnectionRates&) = delete;

    // Returns how many bytes may pass now (kUnlimited without a rate), or 0 if the caller has to
    // wait().
    size_t allowance(Direction direction);
    // Returns true if a datagram may pass now. Datagrams do not wait.
    bool admits(Direction direction, size_t bytes);
    // Counts bytes that have passed and takes them from the budgets.
    void spend(Direction direction, size_t bytes);
    // Returns when bytes passed last, in either direction, or when the connection was made.
    TimePoint last_used() const { return last_used_; }
    // Returns the bytes that have passed so far.
    uint64_t passed(Direction direction) const { return passed_[index(direction)]; }
    // Calls `on_turn` once, from the loop, unless the connection is destroyed before. REQUIRES: not
    // waiting in that direction.
    void wait(Direction direction, RateLane::OnTurn on_turn);

   private:
    RateLane::Flow& flow(Direction direction) { return direction == Direction::kIn ? in_ : out_; }

    const std::shared_ptr<ServiceRates> service_;
    const storage::Person person_;
    RateLane::Flow in_;
    RateLane::Flow out_;
    std::array<uint64_t, 2> passed_{0, 0};  // bytes, by direction
    TimePoint last_used_;
  };

  // `loop` must outlive the rates and all connections.
  static std::shared_ptr<ServiceRates> create(asio::io_context& loop);

  // Replaces the rates at once, also for existing and waiting connections.
  void set(const Rates& rates);
  std::shared_ptr<ConnectionRates> connect(const storage::Person& person);

  uint64_t passed(Direction direction) const { return passed_[index(direction)]; }
  // Returns the number of datagrams, plus for tcp the number of reads from or writes to the target.
  uint64_t pieces(Direction direction) const { return pieces_[index(direction)]; }
  // Returns the number of peers with a connection.
  size_t peer_count() const { return peers_.size(); }

 private:
  struct PeerBudgets {
    size_t connections = 0;
    std::array<ByteBudget, 2> budgets;  // by direction
  };
  explicit ServiceRates(asio::io_context& loop) : timer_(loop) {}

  static size_t index(Direction direction) { return static_cast<size_t>(direction); }
  ByteBudget& budget_of(const storage::Person& person, Direction direction);
  void arm(TimePoint when);
  void arm_for_all();
  void run();

  Rates rates_;
  std::array<RateLane, 2> lanes_;                 // by direction
  std::map<storage::Person, PeerBudgets> peers_;  // those with a connection
  std::array<uint64_t, 2> passed_{0, 0};          // bytes, by direction
  std::array<uint64_t, 2> pieces_{0, 0};
  asio::basic_waitable_timer<ProgramClock> timer_;
  std::optional<TimePoint> armed_for_;
};

}  // namespace ngcshare
