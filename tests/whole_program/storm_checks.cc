// Storm: what must hold during and after it.
#include <dirent.h>

#include <memory>

#include "bot/base/key.h"
#include "tests/whole_program/storm.h"

namespace ngcshare::test {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

size_t open_descriptors() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), ::closedir);
  size_t count = 0;
  while (::readdir(folder.get()) != nullptr) ++count;
  return count;
}

void Storm::expect(bool holds, const std::string& problem) {
  if (!holds) problems_.push_back(problem);
}

void Storm::check_limits() {
  const auto check = [this](Process& process) {
    process.hub().for_each_peer([this](Peer& peer) {
      expect(peer.session->mapping_count() <= PeerSession::Config{}.max_mappings,
             "a peer has too many mappings");
      expect(peer.session->offers_heard().size() <= kMaxOffersHeard, "a peer made too many offers");
    });
  };
  for (size_t i = 0; i < kGateways; ++i) {
    if (room_.gateway(i) != nullptr) check(*room_.gateway(i));
  }
  for (size_t i = 0; i < kMembers; ++i) {
    if (room_.member(i) != nullptr) check(*room_.member(i));
  }
}

void Storm::check_clients() {
  for (const auto& client : room_.tcp_clients()) {
    expect(!client->corrupt(), "a connection over the link returned other bytes");
  }
}

void Storm::end(bool waits) {
  calm_down();
  check_honest_pair();
  if (waits) check_nothing_is_left();
  end_everybody();
}

// The honest are unbanned, because an admin may have banned them. The services read again, because
// a connection to one that does not read lasts as long as it. The member without a link begins
// anew, because in base mode the end of a connection can be lost for good.
void Storm::calm_down() {
  room_.network().set_faults({});
  for (size_t i = 0; i < kStrangers; ++i) room_.remove_stranger(i);
  for (const Key& one : room_.network().others(Key{})) room_.network().come_back(one);
  for (size_t i = 0; i < kMembers; ++i) {
    room_.network().set_role(Room::member_key(i), Role::kUser);
    for (size_t gateway = 0; gateway < kGateways; ++gateway) {
      room_.gateway(gateway)->command("unban " + to_hex(Room::member_key(i)));
    }
  }
  for (size_t i = 0; i < kServers; ++i) {
    room_.server(i).listen();
    room_.server(i).set_manner(EchoServer::Manner::kEcho);
  }
  for (const auto& client : room_.tcp_clients()) client->set_reading(true);
  room_.stop_member(1);
  start_member(1);
  room_.run(20s);
  check_clients();
  room_.close_clients();
  room_.run(20s);
}

void Storm::check_honest_pair() {
  EchoServer& server = room_.server(10);
  const Answer shared = room_.gateway(0)->command("share after " + std::to_string(server.port()));
  expect(shared.ok, "cannot share after the storm: " + shared.text);
  const auto port = [this] { return room_.member(0)->local_port("after"); };
  if (!room_.run_until([&] { return port().has_value(); }, 60s)) {
    problems_.push_back("the member gets no port for a service that is shared after the storm");
    return;
  }
  TcpClient& client = room_.connect(*port(), 50'000, true);
  room_.run_until([&] { return client.over(); }, 60s);
  expect(client.complete() && !client.corrupt(), "a connection after the storm returned " +
                                                     std::to_string(client.received()) +
                                                     " of 50000 bytes");
  room_.close_clients();
}

// Waits until idle udp flows have ended.
void Storm::check_nothing_is_left() {
  room_.run(150s);
  for (size_t i = 0; i < kGateways; ++i) {
    for (const auto& one : room_.gateway(i)->gateway().connections({})) {
      problems_.push_back("gateway " + std::to_string(i) + " lists a connection that has ended: " +
                          std::string(to_string(one.transports)) + " to " + one.service + " of " +
                          short_key(one.person.key));
    }
  }
  const auto check = [this](Process& process, const std::string& who) {
    process.hub().for_each_peer([&](Peer& peer) {
      expect(peer.session->mapping_count() == 0, who + " holds mappings that have ended");
    });
    for (const Key& other : room_.network().others(process.who().key)) {
      process.on_exit(other, true);
    }
    process.pump();
    process.run_ready();
    expect(process.hub().memory().held() == 0,
           who + " holds memory of connections that have ended");
  };
  for (size_t i = 0; i < kGateways; ++i) check(*room_.gateway(i), "gateway " + std::to_string(i));
  for (size_t i = 0; i < kMembers; ++i) {
    const std::string who = "member " + std::to_string(i);
    check(*room_.member(i), who);
    expect(room_.member(i)->local_ports().empty(), who + " keeps ports of peers that have left");
  }
}

void Storm::end_everybody() {
  for (size_t i = 0; i < kMembers; ++i) room_.stop_member(i);
  for (size_t i = 0; i < kGateways; ++i) room_.stop_gateway(i);
}

}  // namespace ngcshare::test
