// A group with gateways, members and strangers, and the programs at both ends, in one process and
// in virtual time: the whole program but toxcore. Only the kernel's loopback is real.
//
// Time moves only in run(), which first lets everybody finish all that can be done now. So a run
// depends on its seed and its choices alone, as far as the kernel's sockets do.
#pragma once

#include <asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/whole_program/gateway_process.h"
#include "tests/whole_program/local_programs.h"
#include "tests/whole_program/member_process.h"
#include "tests/whole_program/stranger.h"

namespace ngcshare::test {

class Room {
 public:
  // Only one room may exist at a time, because it stops the ProgramClock.
  explicit Room(uint64_t seed);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // -- who is there --------------------------------------------------------------------------
  static Key gateway_key(size_t number) { return key_of(static_cast<uint8_t>(0x11 + number)); }
  static Key member_key(size_t number) { return key_of(static_cast<uint8_t>(0x31 + number)); }
  static Key stranger_key(size_t number) { return key_of(static_cast<uint8_t>(0x51 + number)); }
  // The owner of all gateways, who has only a chat program.
  static Key owner_key() { return key_of(0x71); }

  // Start a process with that number, which must not run; the database of an earlier one of this
  // number is used again.
  GatewayProcess& start_gateway(size_t number, uint32_t capabilities = kWithLink);
  MemberProcess& start_member(size_t number, const std::vector<std::string>& wanted,
                              uint32_t capabilities = kWithLink);
  // End a process as Ctrl-C does, or without a word, after all that is ready has run. No effect if
  // it does not run. It is destroyed at once, unless that would leak bridges that still have bytes
  // for their local programs: these own themselves, which is right in a process that ends.
  void stop_gateway(size_t number, bool orderly = true);
  void stop_member(size_t number, bool orderly = true);
  // Adds a stranger or returns the one that is there.
  Stranger& stranger(size_t number);
  Stranger& owner();
  void remove_stranger(size_t number);

  // Return nullptr if there is none.
  GatewayProcess* gateway(size_t number) { return find(gateways_, number); }
  MemberProcess* member(size_t number) { return find(members_, number); }
  Stranger* known_stranger(size_t number) { return find(strangers_, number); }

  // -- local programs ------------------------------------------------------------------------
  EchoServer& server(size_t number);
  TcpClient& connect(const MemberProcess::LocalPort& port, size_t bytes, bool expects_echo);
  UdpClient& send_datagram(const MemberProcess::LocalPort& port, size_t bytes);
  std::vector<std::unique_ptr<TcpClient>>& tcp_clients() { return tcp_clients_; }
  std::vector<std::unique_ptr<UdpClient>>& udp_clients() { return udp_clients_; }
  // Closes all clients; the sockets of those that are over are gone afterwards.
  void close_clients();

  // -- time ----------------------------------------------------------------------------------
  void run(Duration duration);
  // Runs until `holds`; returns false if it does not within `limit`.
  template <typename Condition>
  bool run_until(const Condition& holds, Duration limit) {
    const TimePoint end = queue_.now() + limit;
    while (!holds() && queue_.now() < end) run(std::chrono::milliseconds(100));
    return holds();
  }

  Network& network() { return network_; }
  TimePoint now() const { return queue_.now(); }

 private:
  template <typename T>
  static T* find(const std::vector<std::unique_ptr<T>>& list, size_t number) {
    return number < list.size() ? list[number].get() : nullptr;
  }
  template <typename T>
  static std::unique_ptr<T>& slot(std::vector<std::unique_ptr<T>>& list, size_t number) {
    if (list.size() <= number) list.resize(number + 1);
    return list[number];
  }
  bool turn();
  bool poll_programs();
  std::vector<Process*> processes();
  void move_clock(TimePoint now);
  std::filesystem::path database(const std::string& name);
  bool clients_are_over() const;
  void retire(std::unique_ptr<Process> process);
  void destroy_retired();

  const uint64_t seed_;
  uint64_t starts_ = 0;
  uint32_t clients_ = 0;
  EventQueue queue_;
  SeededEntropy chance_;
  Network network_;
  asio::io_context programs_;  // never run; the local programs' sockets belong to it
  std::vector<std::filesystem::path> databases_;
  std::vector<std::unique_ptr<GatewayProcess>> gateways_;
  std::vector<std::unique_ptr<MemberProcess>> members_;
  std::vector<std::unique_ptr<Stranger>> strangers_;
  std::unique_ptr<Stranger> owner_;
  std::vector<std::pair<TimePoint, std::unique_ptr<Process>>> retired_;  // ended, and until when
  std::vector<std::unique_ptr<EchoServer>> servers_;
  std::vector<std::unique_ptr<TcpClient>> tcp_clients_;
  std::vector<std::unique_ptr<UdpClient>> udp_clients_;
};

}  // namespace ngcshare::test
