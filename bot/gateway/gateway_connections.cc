// Gateway: the connections to the targets.
#include <algorithm>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/unix_time.h"
#include "bot/gateway/gateway.h"
#include "bot/services/ports.h"
#include "bot/target/connection.h"

namespace ngcshare {
namespace {

// The reason of a refusal when this process, or the person's share of it, has no descriptors left.
constexpr std::string_view kNoDescriptors = "descriptors";

bool reaches(const std::optional<uint32_t>& limit, size_t count) {
  return limit && count >= *limit;
}

// Returns true if the service still has the port of a connection, for its transport.
bool has_port_of(const storage::ServiceRecord& record, const ConnectionList::Entry& entry) {
  const auto ports = ports_of(record);
  return std::any_of(ports.begin(), ports.end(), [&](const ServicePort& port) {
    return port.port == port_of(entry.key) && (port.transports.tcp || !entry.transports.tcp) &&
           (port.transports.udp || !entry.transports.udp);
  });
}

}  // namespace

std::optional<Gateway::Refusal> Gateway::refusal(const Service& service, const Peer& peer) const {
  const Person person{peer.chat_id, peer.key};
  const Decision decision = access_.decide(service.record, person, peer.role, unix_seconds());
  if (decision != Decision::kAllowed) return Refusal{kill_reason(decision), to_string(decision)};
  const storage::ServiceLimits& limits = service.record.limits;
  const int64_t id = service.record.id;
  const bool full = reaches(limits.connections_in_all, connections_.count(id)) ||
                    reaches(limits.connections_per_peer, connections_.count(id, person));
  return full ? std::optional(Refusal{KillReason::kLimit, "limit"}) : std::nullopt;
}

KillReason Gateway::refuse(const Peer& peer, std::string_view service, const Refusal& refusal) {
  ++refusals_[refusal.why];
  log_info("connection.refused", "peer {peer} may not open {service}: {reason}",
           Field{"peer", short_key(peer.key)}, Field{"service", service},
           Field{"reason", refusal.why});
  return refusal.reason;
}

std::optional<KillReason> Gateway::on_accept(Peer& peer, Mapping& mapping, ServiceKey key) {
  const auto found = services_.find(service_of(key));
  if (found == services_.end()) {
    return refuse(peer, "a service", {KillReason::kWithdrawn, "withdrawn"});
  }
  Service& service = found->second;
  hub_.refresh_role(peer);
  const Person person{peer.chat_id, peer.key};
  const bool is_flow = !mapping.transports().tcp;
  auto why_not = refusal(service, peer);
  if (why_not && why_not->reason == KillReason::kLimit && is_flow &&
      end_longest_idle_flow(person, service_of(key))) {
    why_not = refusal(service, peer);
  }
  if (why_not) return refuse(peer, service.record.name, *why_not);
  const size_t sockets = mapping.transports().tcp && mapping.transports().udp ? 2 : 1;
  auto lease = hub_.descriptors().take_for(person, sockets);
  if (lease == nullptr && is_flow && end_longest_idle_flow(person, std::nullopt)) {
    lease = hub_.descriptors().take_for(person, sockets);
  }
  if (lease == nullptr) {
    return refuse(peer, service.record.name, {KillReason::kLimit, kNoDescriptors});
  }
  ++service.opened;
  log_info("connection.opened", "peer {peer} opens {service}", Field{"peer", short_key(peer.key)},
           Field{"service", service.record.name});
  mention_base_mode(mapping);
  auto rates = service.rates->connect(person);
  const uint32_t id = connections_.add(
      {key, person, mapping.id(), mapping.transports(), hub_.now(), rates, std::move(lease)});
  TargetConnection::open(
      hub_.loop(), policy_, {service.record.host, port_of(key)}, mapping, std::move(rates),
      [gateway = std::weak_ptr(alive_), id] {
        if (const auto alive = gateway.lock()) (*alive)->connections_.remove(id);
      },
      [gateway = std::weak_ptr(alive_), key](Attempt attempt) {
        if (const auto alive = gateway.lock()) (*alive)->on_target_tried(key, attempt);
      },
      {.second_socket =
           [gateway = std::weak_ptr(alive_), person] {
             const auto alive = gateway.lock();
             return alive ? (*alive)->hub_.descriptors().take_for(person, 1) : nullptr;
           },
       .ports = ports_,
       .person = person});
  return std::nullopt;
}

// Makes room for a udp flow at the cost of another one of the same person: a program that sends
// from ever new ports uses each of them once. Its descriptor counts no longer, although a task
// closes it. Returns false if the person has no flow.
bool Gateway::end_longest_idle_flow(const Person& person, std::optional<int64_t> service) {
  const auto id = connections_.longest_idle_flow(person, service);
  if (!id) return false;
  const MsgId mapping = connections_.find(*id)->mapping;
  connections_.remove(*id);
  Peer* const peer = hub_.find(person);
  return peer != nullptr && peer->session->close_mapping(mapping, KillReason::kIdle, hub_.now());
}

void Gateway::mention_base_mode(const Mapping& mapping) {
  const bool base_mode = mapping.transports().tcp && !mapping.over_link();
  if (!base_mode || std::exchange(base_mode_mentioned_, true)) return;
  log_warn("connection.base_mode",
           "tcp runs in base mode, which is slow and can corrupt data when the path loses packets");
}

// Ends connections one by one and not with their Offers, because a peer can kill an Offer and keep
// the connections made from it.
void Gateway::end_forbidden() {
  const int64_t now = unix_seconds();
  for (const auto& [id, entry] : connections_.all()) {
    const auto service = services_.find(service_of(entry.key));
    const Peer* const peer = hub_.find(entry.person);
    if (service == services_.end() || peer == nullptr) continue;
    const storage::ServiceRecord& record = service->second.record;
    const Decision decision = access_.decide(record, entry.person, peer->role, now);
    if (decision != Decision::kAllowed) {
      end_connection(entry, kill_reason(decision));
    } else if (!has_port_of(record, entry) || !policy_.allows_host(record.host)) {
      end_connection(entry, KillReason::kWithdrawn);
    }
  }
}

void Gateway::end_connections(int64_t service, KillReason reason) {
  for (const auto& [id, entry] : connections_.all()) {
    if (service_of(entry.key) == service) end_connection(entry, reason);
  }
}

bool Gateway::end_connection(const ConnectionList::Entry& entry, KillReason reason) {
  Peer* const peer = hub_.find(entry.person);
  if (peer == nullptr || !peer->session->close_mapping(entry.mapping, reason, hub_.now())) {
    return false;
  }
  hub_.rearm(*peer->session);
  return true;
}

std::vector<Gateway::Connection> Gateway::connections(
    const std::optional<std::string>& service) const {
  std::vector<Connection> shown;
  for (const auto& [id, entry] : connections_.all()) {
    const auto found = services_.find(service_of(entry.key));
    if (found == services_.end()) continue;
    const std::string& name = found->second.record.name;
    if (service && *service != name) continue;
    shown.push_back({id, name, port_of(entry.key), entry.person, entry.transports, entry.since,
                     entry.rates->passed(Direction::kIn), entry.rates->passed(Direction::kOut)});
  }
  return shown;
}

bool Gateway::drop(uint32_t connection_id) {
  const ConnectionList::Entry* const found = connections_.find(connection_id);
  if (found == nullptr) return false;
  const ConnectionList::Entry entry = *found;  // a copy, because the end removes it
  // kReset, so that both local programs see a broken connection and not its regular end.
  return end_connection(entry, KillReason::kReset);
}

void Gateway::on_target_tried(ServiceKey key, Attempt attempt) {
  if (attempt == Attempt::kNotMade) ++refusals_[kNoDescriptors];
  if (attempt == Attempt::kHeldBack) ++refusals_["limit"];
  const auto found = services_.find(service_of(key));
  if (health_ == nullptr || found == services_.end()) return;
  if (first_tcp_port(found->second.record) == port_of(key)) health_->note(service_of(key), attempt);
}

}  // namespace ngcshare
