// A storm in a room: users, admins and peers do whatever the choices say, in any order. Afterwards
// everybody must be as well as before.
#pragma once

#include <string>
#include <vector>

#include "tests/whole_program/choices.h"
#include "tests/whole_program/hostile_peer.h"
#include "tests/whole_program/room.h"

namespace ngcshare::test {

class Storm {
 public:
  // Both must outlive the storm. Starts two gateways, two members and three strangers.
  Storm(Room& room, Choices& choices);

  // One thing happens, and a little time passes.
  void step();
  // Ends the storm: strangers leave, everybody else is back. Then checks that an honest pair still
  // works and that nothing is left of all that ended. `waits` also until idle flows have ended,
  // which takes most of a run's time.
  void end(bool waits = true);

  // What was wrong, one line each.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  static constexpr size_t kGateways = 2;
  static constexpr size_t kMembers = 2;
  static constexpr size_t kStrangers = 3;
  static constexpr size_t kServers = 3;

  void start_gateway(size_t number);
  void start_member(size_t number);
  void a_user_acts();
  void a_client_connects();
  void an_admin_acts();
  std::string command();
  void a_service_acts();
  void the_network_acts();
  void a_process_restarts();
  void a_stranger_acts();
  void let_time_pass();

  std::string service();
  std::string ports();
  std::string person();

  void calm_down();
  void check_honest_pair();
  void check_nothing_is_left();
  void end_everybody();
  void check_limits();
  void check_clients();
  void expect(bool holds, const std::string& problem);

  Room& room_;
  Choices& choices_;
  HostilePeer hostile_;
  std::vector<std::string> problems_;
};

// Returns the number of descriptors that this process has open.
size_t open_descriptors();

}  // namespace ngcshare::test
