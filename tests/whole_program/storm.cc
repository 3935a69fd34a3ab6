#include "tests/whole_program/storm.h"

#include <array>

#include "bot/base/key.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::array kServices{"web", "dns", "game", "voice"};

}  // namespace

Storm::Storm(Room& room, Choices& choices) : room_(room), choices_(choices), hostile_(choices) {
  room_.owner();
  for (size_t i = 0; i < kGateways; ++i) start_gateway(i);
  for (size_t i = 0; i < kMembers; ++i) start_member(i);
  for (size_t i = 0; i < kStrangers; ++i) room_.stranger(i);
  GatewayProcess& first = *room_.gateway(0);
  first.command("share web " + std::to_string(room_.server(0).port()));
  first.command("share game " + std::to_string(room_.server(1).port()) + "/both");
  room_.gateway(1)->command("share dns " + std::to_string(room_.server(2).port()) + "/udp");
  room_.run(1s);
}

// The second gateway and the second member have no link.
void Storm::start_gateway(size_t number) {
  room_.start_gateway(number, number == 0 ? kWithLink : kWithoutLink);
}

// The first member uses the services of the first gateway, and the second one all that it hears of.
void Storm::start_member(size_t number) {
  if (number > 0) {
    room_.start_member(number, {}, kWithoutLink);
    return;
  }
  const std::string gateway = "@" + to_hex(Room::gateway_key(0));
  room_.start_member(number, {"web" + gateway, "game" + gateway, "after" + gateway});
}

void Storm::step() {
  switch (choices_.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      a_user_acts();
      break;
    case 4:
      an_admin_acts();
      break;
    case 5:
      a_service_acts();
      break;
    case 6:
      the_network_acts();
      break;
    case 7:
      a_process_restarts();
      break;
    default:
      a_stranger_acts();
  }
  let_time_pass();
  check_limits();
}

void Storm::let_time_pass() {
  switch (choices_.below(32)) {
    case 0:
      return room_.run(130s);
    case 1:
      return room_.run(17s);
    case 2:
    case 3:
    case 4:
      return room_.run(1s);
    case 5:
    case 6:
      return;
    default:
      return room_.run(60ms);
  }
}

// -- users -----------------------------------------------------------------------------------

void Storm::a_user_acts() {
  auto& clients = room_.tcp_clients();
  switch (choices_.below(9)) {
    case 0:
      if (!clients.empty()) choices_.pick(clients)->close(true);
      break;
    case 1:
      if (!clients.empty()) choices_.pick(clients)->end_direction();
      break;
    case 2:
      if (!clients.empty()) choices_.pick(clients)->set_reading(choices_.one_in(2));
      break;
    case 3:
      if (!room_.udp_clients().empty()) choices_.pick(room_.udp_clients())->send(200);
      break;
    default:
      a_client_connects();
  }
}

void Storm::a_client_connects() {
  constexpr std::array<size_t, 5> kSizes{0, 1, 3000, 60'000, 400'000};
  const size_t number = choices_.one_in(3) ? 0 : 1;
  MemberProcess* const member = room_.member(number);
  if (member == nullptr) return;
  const auto ports = member->local_ports();
  if (ports.empty()) return;
  const auto& port = choices_.pick(ports);
  const size_t size = choices_.pick(kSizes);
  if (port.udp && (!port.tcp || choices_.one_in(2))) {
    room_.send_datagram(port, size % 30'000);
    return;
  }
  // Base mode may corrupt bytes on a bad path, and a stranger sends what it likes.
  const bool trusted = number == 0 && to_hex(Room::gateway_key(0)).starts_with(port.from);
  room_.connect(port, size, trusted);
}

// -- admins ----------------------------------------------------------------------------------

std::string Storm::service() { return choices_.pick(kServices); }

std::string Storm::ports() {
  constexpr std::array kTransports{"", "/udp", "/both"};
  return std::to_string(room_.server(choices_.below(kServers)).port()) + choices_.pick(kTransports);
}

std::string Storm::person() {
  switch (choices_.below(3)) {
    case 0:
      return to_hex(Room::member_key(choices_.below(kMembers)));
    case 1:
      return "@stranger" + std::to_string(choices_.below(kStrangers));
    default:
      return to_hex(Room::stranger_key(choices_.below(kStrangers)));
  }
}

std::string Storm::command() {
  switch (choices_.below(16)) {
    case 0:
    case 1:
      return "share " + service() + " " + ports();
    case 2:
      return "unshare " + service();
    case 3:
      return "edit " + service() + " " + ports();
    case 4:
      return "disable " + service();
    case 5:
      return "enable " + service();
    case 6:
      return "acl " + service() + (choices_.one_in(2) ? " list" : " members");
    case 7:
      return "allow " + service() + " " + person();
    case 8:
      return "deny " + service() + " " + person();
    case 9:
      return "acl " + service() + " clear " + person();
    case 10:
      return "ban " + person() + " 1m spam";
    case 11:
      return "unban " + person();
    case 12:
      return "limit " + service() + (choices_.one_in(2) ? " rate=20k connections=3" : " none");
    case 13:
      return "drop " + std::to_string(1 + choices_.below(8));
    case 14:
      return "admin add " + person();
    default:
      return choices_.one_in(2) ? "connections" : "status";
  }
}

// By the control socket, or in the chat, where the answer to a question is the next line.
void Storm::an_admin_acts() {
  GatewayProcess* const gateway = room_.gateway(choices_.below(kGateways));
  if (gateway == nullptr) return;
  const std::string line = command();
  if (choices_.one_in(3)) {
    room_.owner().say("/" + line, choices_.one_in(2));
    room_.run(50ms);
    room_.owner().say("/yes", false);
    return;
  }
  gateway->command(line);
  gateway->command("yes");
}

// -- services, the network, processes ----------------------------------------------------------

void Storm::a_service_acts() {
  constexpr std::array kManners{EchoServer::Manner::kEndAtOnce, EchoServer::Manner::kEcho,
                                EchoServer::Manner::kEcho,      EchoServer::Manner::kStall,
                                EchoServer::Manner::kHangUp,    EchoServer::Manner::kReset,
                                EchoServer::Manner::kFirstToEnd};
  EchoServer& server = room_.server(choices_.below(kServers));
  switch (choices_.below(4)) {
    case 0:
      server.stop_listening();
      break;
    case 1:
      server.listen();
      break;
    default:
      server.set_manner(choices_.pick(kManners));
  }
}

void Storm::the_network_acts() {
  const auto there = room_.network().others(Key{});
  const Key who = choices_.pick(there);
  switch (choices_.below(6)) {
    case 0:
      return room_.network().lose(who);
    case 1:
    case 2:
      for (const Key& one : there) room_.network().come_back(one);
      return;
    case 3:
      return room_.network().set_role(who, choices_.one_in(2) ? Role::kObserver : Role::kUser);
    default:
      break;
  }
  Faults faults;
  faults.delay = Duration(1ms) * (1 + choices_.below(80));
  faults.jitter = Duration(1ms) * choices_.below(100);
  faults.loss = choices_.below(20) / 100.0;
  faults.duplication = choices_.below(20) / 100.0;
  faults.vanish = choices_.below(5) / 100.0;
  faults.replay = choices_.below(5) / 100.0;
  faults.full = choices_.one_in(8);
  faults.down = choices_.one_in(16);
  faults.queue_size = choices_.one_in(3) ? 4 + choices_.below(30) : 2047;
  room_.network().set_faults(faults);
}

void Storm::a_process_restarts() {
  const bool orderly = !choices_.one_in(4);
  switch (choices_.below(3)) {
    case 0: {
      const size_t number = choices_.below(kGateways);
      room_.stop_gateway(number, orderly);
      start_gateway(number);
      break;
    }
    case 1: {
      const size_t number = choices_.below(kMembers);
      room_.stop_member(number, orderly);
      start_member(number);
      break;
    }
    default: {
      const size_t number = choices_.below(kStrangers);
      room_.remove_stranger(number);
      if (choices_.one_in(2)) room_.run(1s);
      room_.stranger(number);
    }
  }
}

void Storm::a_stranger_acts() {
  Stranger& stranger = room_.stranger(choices_.below(kStrangers));
  const size_t victim = choices_.below(kGateways + kMembers);
  hostile_.act(stranger, victim < kGateways ? Room::gateway_key(victim)
                                            : Room::member_key(victim - kGateways));
}

}  // namespace ngcshare::test
