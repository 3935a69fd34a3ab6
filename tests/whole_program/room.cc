#include "tests/whole_program/room.h"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "bot/tunnel/tcp_bridge.h"
#include "tests/fuzz/byte_source.h"
#include "tests/support/own_loopback.h"
#include "tests/whole_program/database_files.h"

namespace ngcshare::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The steps of time while local programs are busy, and at most.
constexpr Duration kShortStep = milliseconds(2);
constexpr Duration kLongStep = seconds(1);

// More turns than this at one moment mean that something goes round in a circle.
constexpr int kMostTurns = 10'000;

// The longest time for which a bridge waits for its local program.
constexpr Duration kRetirement = TcpBridge::kWritePatience + TcpBridge::kDrainTime + seconds(1);

// All events are formatted, because a stranger chooses parts of them, but not written.
void write_log_nowhere() {
  static const auto logger =
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::null_sink_st>());
  logger->set_level(spdlog::level::debug);
  spdlog::set_default_logger(logger);
}

}  // namespace

Room::Room(uint64_t seed) : seed_(seed), chance_(seed), network_(queue_, chance_) {
  write_log_nowhere();
  move_clock(queue_.now());
}

Room::~Room() {
  close_clients();
  for (size_t i = 0; i < members_.size(); ++i) stop_member(i);
  for (size_t i = 0; i < gateways_.size(); ++i) stop_gateway(i);
  if (!retired_.empty()) run(kRetirement);
  strangers_.clear();
  owner_.reset();
  ProgramClock::stopped_at.reset();
}

// -- who is there ----------------------------------------------------------------------------

std::filesystem::path Room::database(const std::string& name) {
  for (const auto& known : databases_) {
    if (known.stem() == name) return known;
  }
  databases_.push_back(DatabaseFiles::make(name));
  return databases_.back();
}

GatewayProcess& Room::start_gateway(size_t number, uint32_t capabilities) {
  const Process::Identity who{gateway_key(number), "bot" + std::to_string(number), Role::kModerator,
                              capabilities, seed_ * 1000 + ++starts_};
  auto& started = slot(gateways_, number);
  started = std::make_unique<GatewayProcess>(
      network_, who, database("gateway" + std::to_string(number)), std::set{owner_key()});
  started->enter();
  return *started;
}

MemberProcess& Room::start_member(size_t number, const std::vector<std::string>& wanted,
                                  uint32_t capabilities) {
  const Process::Identity who{member_key(number), "user" + std::to_string(number), Role::kUser,
                              capabilities, seed_ * 1000 + ++starts_};
  Connector::Config config;
  config.all = wanted.empty();
  config.bind_address = own_loopback(number);
  for (const auto& text : wanted)
    config.wanted.push_back(std::get<WantedService>(parse_wanted(text)));
  auto& started = slot(members_, number);
  started = std::make_unique<MemberProcess>(network_, who,
                                            database("member" + std::to_string(number)), config);
  started->enter();
  return *started;
}

void Room::stop_gateway(size_t number, bool orderly) {
  if (gateway(number) == nullptr) return;
  turn();
  auto ended = std::move(gateways_[number]);
  ended->end(orderly);
  if (!ended->gateway().connections({}).empty()) retire(std::move(ended));
}

void Room::stop_member(size_t number, bool orderly) {
  if (member(number) == nullptr) return;
  turn();
  auto ended = std::move(members_[number]);
  ended->end(orderly);
  if (!clients_are_over()) retire(std::move(ended));
}

void Room::retire(std::unique_ptr<Process> process) {
  retired_.emplace_back(queue_.now() + kRetirement, std::move(process));
}

void Room::destroy_retired() {
  std::erase_if(retired_, [this](const auto& entry) { return entry.first <= queue_.now(); });
}

bool Room::clients_are_over() const {
  return std::all_of(tcp_clients_.begin(), tcp_clients_.end(),
                     [](const auto& client) { return client->over(); });
}

Stranger& Room::stranger(size_t number) {
  auto& there = slot(strangers_, number);
  if (there == nullptr) {
    there = std::make_unique<Stranger>(network_, stranger_key(number));
    there->enter("stranger" + std::to_string(number));
  }
  return *there;
}

Stranger& Room::owner() {
  if (owner_ == nullptr) {
    owner_ = std::make_unique<Stranger>(network_, owner_key());
    owner_->manner().answers = false;
    owner_->enter("olga");
  }
  return *owner_;
}

void Room::remove_stranger(size_t number) {
  if (number < strangers_.size()) strangers_[number].reset();
}

// -- local programs --------------------------------------------------------------------------

EchoServer& Room::server(size_t number) {
  auto& there = slot(servers_, number);
  if (there == nullptr) there = std::make_unique<EchoServer>(programs_);
  return *there;
}

TcpClient& Room::connect(const MemberProcess::LocalPort& port, size_t bytes, bool expects_echo) {
  tcp_clients_.push_back(
      std::make_unique<TcpClient>(programs_, asio::ip::tcp::endpoint(port.address, port.port),
                                  bytes, ++clients_, expects_echo));
  return *tcp_clients_.back();
}

UdpClient& Room::send_datagram(const MemberProcess::LocalPort& port, size_t bytes) {
  udp_clients_.push_back(
      std::make_unique<UdpClient>(programs_, asio::ip::udp::endpoint(port.address, port.port)));
  udp_clients_.back()->send(bytes);
  return *udp_clients_.back();
}

void Room::close_clients() {
  for (const auto& client : tcp_clients_) {
    if (!client->over()) client->close(true);
  }
  tcp_clients_.clear();
  udp_clients_.clear();
}

// -- time ------------------------------------------------------------------------------------

void Room::move_clock(TimePoint now) { ProgramClock::stopped_at = now.time_since_epoch(); }

std::vector<Process*> Room::processes() {
  std::vector<Process*> found;
  for (const auto& gateway : gateways_) found.push_back(gateway.get());
  for (const auto& member : members_) found.push_back(member.get());
  for (const auto& [until, process] : retired_) found.push_back(process.get());
  std::erase(found, nullptr);
  return found;
}

bool Room::poll_programs() {
  bool busy = false;
  for (const auto& server : servers_) busy = (server != nullptr && server->poll()) || busy;
  for (const auto& client : tcp_clients_) busy = client->poll() || busy;
  for (const auto& client : udp_clients_) busy = client->poll() || busy;
  return busy;
}

// Returns whether the local programs had anything to do.
bool Room::turn() {
  const std::vector<Process*> all = processes();
  for (Process* const process : all) process->pump();
  bool busy = false;
  bool again = true;
  for (int turns = 0; again; ++turns) {
    fuzz::require(turns < kMostTurns);
    again = poll_programs();
    busy = busy || again;
    for (Process* const process : all) again = process->run_ready() || again;
  }
  return busy;
}

// Takes short steps while there is something to do and longer ones when all is quiet; the timers of
// the processes may ring that much later.
void Room::run(Duration duration) {
  const TimePoint end = queue_.now() + duration;
  Duration step = kShortStep;
  while (queue_.now() < end) {
    step = turn() ? kShortStep : std::min(step * 2, kLongStep);
    TimePoint next = queue_.now() + step;
    if (const auto event = queue_.next()) {
      next = std::min(next, std::max(*event, queue_.now() + kShortStep));
    }
    next = std::min(next, end);
    move_clock(next);
    queue_.run_until(next);
    destroy_retired();
  }
  turn();
}

}  // namespace ngcshare::test
