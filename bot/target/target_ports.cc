#include "bot/target/target_ports.h"

#include <algorithm>
#include <fstream>

namespace ngcshare {
namespace {

// Linux' own settings.
constexpr size_t kUsualFirst = 32768;
constexpr size_t kUsualLast = 60999;
constexpr int kUsualReuse = 2;  // towards loopback only
// Half of all ports is where connect() becomes slow.
constexpr size_t kPersonsPart = 8;  // an eighth
constexpr size_t kPercentOfAllPorts = 40;

// Returns the endpoint as the kernel sees it.
TargetPorts::Endpoint plain(const TargetPorts::Endpoint& endpoint) {
  const auto& address = endpoint.address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return endpoint;
  return {asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()), endpoint.port()};
}

}  // namespace

TargetPorts::Limits TargetPorts::limits_here(const std::filesystem::path& settings) {
  size_t first = 0;
  size_t last = 0;
  std::ifstream range(settings / "ip_local_port_range");
  if (!(range >> first >> last) || first > last || last > 65535) {
    first = kUsualFirst;
    last = kUsualLast;
  }
  int reuse = 0;
  std::ifstream reuses(settings / "tcp_tw_reuse");
  if (!(reuses >> reuse)) reuse = kUsualReuse;
  const size_t ports = last - first + 1;
  return {.per_person = std::max<size_t>(ports / kPersonsPart, 1),
          .in_all = std::max<size_t>(ports * kPercentOfAllPorts / 100, 1),
          .loopback_wait = reuse == 0 ? kTimeWait : kTimeWaitOfReused};
}

// -- a port ------------------------------------------------------------------------------

TargetPorts::Port::Port(std::shared_ptr<TargetPorts> ports, const Person& person,
                        TargetEndpoints endpoints)
    : ports_(std::move(ports)), person_(person), endpoints_(std::move(endpoints)) {}

TargetPorts::Port::~Port() {
  for (const Endpoint& endpoint : endpoints_) {
    if (is_kept) {
      ports_->keep(person_, endpoint);
    } else {
      ports_->give_back(person_, endpoint);
    }
  }
}

void TargetPorts::Port::reach(const Endpoint& endpoint) {
  const Endpoint reached = plain(endpoint);
  const auto others = std::partition(endpoints_.begin(), endpoints_.end(),
                                     [&](const Endpoint& one) { return one == reached; });
  for (auto other = others; other != endpoints_.end(); ++other) ports_->give_back(person_, *other);
  endpoints_.erase(others, endpoints_.end());
}

// -- counting ----------------------------------------------------------------------------

TargetPorts::TargetPorts(asio::io_context& loop, const Limits& limits)
    : limits_(limits), timer_(loop) {}

bool TargetPorts::has_room(const Person& person, const TargetEndpoints& endpoints) const {
  return std::all_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) {
    const auto target = targets_.find(plain(endpoint));
    if (target == targets_.end()) return true;
    const auto own = target->second.by_person.find(person);
    const size_t held = own == target->second.by_person.end() ? 0 : own->second;
    return held < limits_.per_person && target->second.in_all < limits_.in_all;
  });
}

std::shared_ptr<TargetPorts::Port> TargetPorts::make(const Person& person,
                                                     const TargetEndpoints& endpoints) {
  TargetEndpoints counted;
  for (const Endpoint& endpoint : endpoints) {
    Counts& counts = targets_[counted.emplace_back(plain(endpoint))];
    ++counts.in_all;
    ++counts.by_person[person];
  }
  return std::make_shared<Port>(shared_from_this(), person, std::move(counted));
}

std::shared_ptr<TargetPorts::Port> TargetPorts::take(const Person& person,
                                                     const TargetEndpoints& endpoints) {
  give_back_old();
  if (queues_.contains({person, endpoints.front()}) || !has_room(person, endpoints)) {
    return nullptr;
  }
  return make(person, endpoints);
}

void TargetPorts::give_back(const Person& person, const Endpoint& endpoint) {
  const auto target = targets_.find(endpoint);
  const auto own = target->second.by_person.find(person);
  if (--own->second == 0) target->second.by_person.erase(own);
  if (--target->second.in_all == 0) targets_.erase(target);
}

void TargetPorts::keep(const Person& person, const Endpoint& endpoint) {
  const bool loopback = endpoint.address().is_loopback();
  (loopback ? loopback_kept_ : kept_)
      .push_back({steady_now() + (loopback ? limits_.loopback_wait : Duration(kTimeWait)), person,
                  endpoint});
}

void TargetPorts::give_back_old() {
  const TimePoint now = steady_now();
  for (auto* const kept : {&kept_, &loopback_kept_}) {
    for (; !kept->empty() && kept->front().until <= now; kept->pop_front()) {
      give_back(kept->front().person, kept->front().endpoint);
    }
  }
}

size_t TargetPorts::taken(const Endpoint& endpoint) {
  give_back_old();
  const auto target = targets_.find(plain(endpoint));
  return target == targets_.end() ? 0 : target->second.in_all;
}

// -- those who wait ----------------------------------------------------------------------

TargetPorts::Ticket TargetPorts::wait(const Person& person, const TargetEndpoints& endpoints,
                                      Turn turn) {
  const Ticket ticket{{person, endpoints.front()}, ++last_number_};
  queues_[ticket.queue].emplace(ticket.number, Waiting{endpoints, std::move(turn)});
  wait_turn();
  return ticket;
}

void TargetPorts::cancel(const Ticket& ticket) {
  const auto queue = queues_.find(ticket.queue);
  if (queue == queues_.end()) return;
  queue->second.erase(ticket.number);
  if (queue->second.empty()) queues_.erase(queue);
}

void TargetPorts::wait_turn() {
  if (queues_.empty() || std::exchange(timer_runs_, true)) return;
  timer_.expires_after(kTurnInterval);
  timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->timer_runs_ = false;
    if (error) return;
    self->take_turns();
    self->wait_turn();
  });
}

// Begins behind the queue that was served last, so that each gets its turn.
void TargetPorts::take_turns() {
  give_back_old();
  for (size_t in_vain = 0; !queues_.empty() && in_vain < queues_.size();) {
    auto queue = queues_.upper_bound(served_);
    if (queue == queues_.end()) queue = queues_.begin();
    served_ = queue->first;
    in_vain = serve(queue) ? 0 : in_vain + 1;
  }
}

// Returns false if there is no port for the first in the queue.
bool TargetPorts::serve(Queues::iterator queue) {
  const auto first = queue->second.begin();
  if (!has_room(queue->first.first, first->second.endpoints)) return false;
  const Waiting next = std::move(first->second);
  const Person person = queue->first.first;
  queue->second.erase(first);
  if (queue->second.empty()) queues_.erase(queue);
  next.turn(make(person, next.endpoints));
  return true;
}

}  // namespace ngcshare
