// The local ports that the connections of all peers may hold towards one address and port of a
// target. Linux looks for a free one in connect(), which takes 0.1 ms while few are taken and 7 to
// 18 ms, in the event loop, once half of them are: it finds even ports fast and the others slowly.
// A port is taken while its connection is open and, if this side ended it first, for kTimeWait
// longer. One person gets an eighth of the ports and all together two fifths. Whoever wants more
// waits, for a turn that goes round among the persons.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "bot/base/steady_time.h"
#include "bot/target/address.h"
#include "bot/tunnel/local_port.h"
#include "protocol/base/clock.h"
#include "storage/values/person.h"

namespace ngcshare {

class TargetPorts : public std::enable_shared_from_this<TargetPorts> {
 public:
  using Person = storage::Person;
  using Endpoint = asio::ip::tcp::endpoint;

  // The time for which Linux keeps a port, a constant of the kernel. Towards loopback it gives the
  // port out again after a second, unless net.ipv4.tcp_tw_reuse is 0.
  static constexpr std::chrono::seconds kTimeWait{60};
  static constexpr std::chrono::seconds kTimeWaitOfReused{1};
  // The interval at which those who wait are looked at.
  static constexpr std::chrono::milliseconds kTurnInterval{100};

  struct Limits {
    size_t per_person = 0;
    size_t in_all = 0;
    Duration loopback_wait = kTimeWait;
  };
  // Returns the limits for this machine, by net.ipv4.ip_local_port_range. `settings` is for tests.
  static Limits limits_here(const std::filesystem::path& settings = "/proc/sys/net/ipv4");

  // The port of one connection: one for each endpoint to which it may go, until it is reached.
  class Port : public LocalPort {
   public:
    Port(std::shared_ptr<TargetPorts> ports, const Person& person, TargetEndpoints endpoints);
    ~Port() override;
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    // Gives the ports towards all others back.
    void reach(const Endpoint& endpoint);

   private:
    const std::shared_ptr<TargetPorts> ports_;
    const Person person_;
    TargetEndpoints endpoints_;
  };
  using Turn = std::function<void(std::shared_ptr<Port>)>;
  using Queue = std::pair<Person, Endpoint>;  // the first of the endpoints
  struct Ticket {
    Queue queue;
    uint64_t number = 0;  // 0: none
  };

  // `loop` must outlive it.
  TargetPorts(asio::io_context& loop, const Limits& limits);

  // Returns nullptr if the person, or all, have as many ports towards one of the endpoints as they
  // may, or if the person waits for such a port. REQUIRES: there is an endpoint.
  std::shared_ptr<Port> take(const Person& person, const TargetEndpoints& endpoints);
  // Calls `turn` once, from the loop, unless the ticket is cancelled first.
  Ticket wait(const Person& person, const TargetEndpoints& endpoints, Turn turn);
  void cancel(const Ticket& ticket);

  // Takes effect from the next port on.
  void set_limits(const Limits& limits) { limits_ = limits; }
  // Returns the number of ports taken towards an endpoint.
  size_t taken(const Endpoint& endpoint);

 private:
  struct Counts {
    size_t in_all = 0;
    std::map<Person, size_t> by_person;
  };
  struct Kept {
    TimePoint until;
    Person person;
    Endpoint endpoint;
  };
  struct Waiting {
    TargetEndpoints endpoints;
    Turn turn;
  };
  using Queues = std::map<Queue, std::map<uint64_t, Waiting>>;

  bool has_room(const Person& person, const TargetEndpoints& endpoints) const;
  std::shared_ptr<Port> make(const Person& person, const TargetEndpoints& endpoints);
  void give_back(const Person& person, const Endpoint& endpoint);
  void keep(const Person& person, const Endpoint& endpoint);
  void give_back_old();
  void wait_turn();
  void take_turns();
  bool serve(Queues::iterator queue);

  Limits limits_;
  std::map<Endpoint, Counts> targets_;
  std::deque<Kept> kept_;           // earliest end first
  std::deque<Kept> loopback_kept_;  // likewise
  Queues queues_;                   // none is empty
  Queue served_;                    // last
  uint64_t last_number_ = 0;
  bool timer_runs_ = false;
  asio::basic_waitable_timer<ProgramClock> timer_;
};

}  // namespace ngcshare
