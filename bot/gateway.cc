#include "bot/gateway.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "bot/target_connection.h"

namespace ngcshare {
namespace {

int64_t unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

storage::ServiceRecord to_record(const ShareSpec& spec) {
  storage::ServiceRecord record;
  record.name = spec.name;
  record.host = spec.host;
  record.ports = {{spec.port, spec.port, spec.transports.tcp, spec.transports.udp}};
  record.created_at = unix_seconds();
  return record;
}

// A flag that is given again says where a service stands. What was decided about it since stays.
void keep_decisions(const storage::ServiceRecord& before, storage::ServiceRecord& record) {
  record.description = before.description;
  record.enabled = before.enabled;
  record.policy = before.policy;
  record.observers = before.observers;
  record.limits = before.limits;
  record.created_at = before.created_at;
}

std::string not_allowed(const ShareSpec& spec) {
  return "target " + spec.host +
         " is not allowed: only this machine is, unless the gateway was "
         "started with --allow-target " +
         spec.host;
}

}  // namespace

Gateway::Gateway(SessionHub& hub, storage::ServiceStore& store, const TargetPolicy& policy)
    : hub_(hub), store_(store), policy_(policy) {
  for (const auto& record : store_.list()) add(record);
}

Gateway::~Gateway() = default;

void Gateway::add(const storage::ServiceRecord& record) {
  Service service;
  service.record = record;
  service.rates = ServiceRates::create(hub_);
  services_.emplace(next_key_++, std::move(service));
}

std::optional<ServiceKey> Gateway::find(const std::string& name) const {
  for (const auto& [key, service] : services_) {
    if (service.record.name == name) return key;
  }
  return std::nullopt;
}

bool Gateway::offered_in(const Service& service, const Key& chat_id) {
  return !service.record.chat_id || *service.record.chat_id == chat_id;
}

Offer Gateway::make_offer(const Service& service) const {
  Offer offer;
  const storage::PortRange& ports = service.record.ports.front();
  offer.transports = {ports.tcp, ports.udp};
  offer.suggested_port = ports.first;
  offer.name = service.record.name;
  offer.extension = hub_.public_extension();
  return offer;
}

std::optional<std::string> Gateway::share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                          const std::optional<Key>& by) {
  if (!policy_.allows_host(spec.host)) return not_allowed(spec);
  storage::ServiceRecord record = to_record(spec);
  record.chat_id = chat_id;
  record.created_by = by;
  const auto id = store_.add(record);
  if (!id) return "the name " + spec.name + " is taken; unshare it first or choose another";
  record.id = *id;
  const ServiceKey key = next_key_;
  add(record);
  announce(key, services_.at(key));
  spdlog::info("sharing {} ({} at {})", record.name, describe(spec.transports, spec.port),
               record.host);
  return std::nullopt;
}

bool Gateway::unshare(const std::string& name) {
  const auto key = find(name);
  if (!key) return false;
  store_.remove(name);
  withdraw(*key, services_.at(*key), KillReason::kWithdrawn);
  services_.erase(*key);
  spdlog::info("no longer sharing {}", name);
  return true;
}

bool Gateway::set_rates(const std::string& name, const Rates& rates) {
  const auto key = find(name);
  if (!key) return false;
  services_.at(*key).rates->set(rates);
  return true;
}

std::vector<std::string> Gateway::declare(const std::vector<ShareSpec>& specs) {
  std::vector<std::string> problems;
  for (const ShareSpec& spec : specs) {
    if (!policy_.allows_host(spec.host)) problems.push_back(spec.name + ": " + not_allowed(spec));
  }
  if (!problems.empty()) return problems;
  std::vector<std::string> names;
  for (const ShareSpec& spec : specs) {
    names.push_back(spec.name);
    storage::ServiceRecord record = to_record(spec);
    record.declared = true;
    if (const auto known = find(spec.name)) {
      keep_decisions(services_.at(*known).record, record);
      services_.erase(*known);
    }
    record.id = store_.put(record);
    add(record);
  }
  for (const std::string& gone : store_.remove_declared_except(names)) {
    if (const auto key = find(gone)) services_.erase(*key);
  }
  return problems;
}

// One public Offer in each group; whoever has not confirmed it soon gets it privately.
void Gateway::announce(ServiceKey key, Service& service) {
  for (const GroupNumber group : hub_.node().groups()) {
    const auto chat_id = hub_.node().chat_id(group);
    if (!chat_id || !offered_in(service, *chat_id)) continue;
    Offer offer = make_offer(service);
    offer.id = hub_.draw_offer_id();
    service.public_ids[*chat_id] = offer.id;
    const bool sent = send_public(hub_.node(), group, offer) == SendResult::kSent;
    hub_.for_each_peer([&](Peer& peer) {
      if (peer.group != group) return;
      peer.session->offer(key, offer, offer.id, sent, hub_.now());
      hub_.rearm(*peer.session);
    });
  }
}

void Gateway::withdraw(ServiceKey key, Service& service, KillReason reason) {
  for (const auto& [chat_id, id] : service.public_ids) {
    const auto group = hub_.node().find_group(chat_id);
    if (group) send_public(hub_.node(), *group, Kill{id, reason});
  }
  hub_.for_each_peer([&](Peer& peer) {
    peer.session->withdraw(key, reason, hub_.now());
    hub_.rearm(*peer.session);
  });
}

void Gateway::on_peer_joined(Peer& peer) {
  for (auto& [key, service] : services_) {
    if (!offered_in(service, peer.chat_id)) continue;
    // Later peers get the id of the public Offer, if there was one: a public Kill ends it for all.
    auto [id, added] = service.public_ids.try_emplace(peer.chat_id, 0);
    if (added) id->second = hub_.draw_offer_id();
    peer.session->offer(key, make_offer(service), id->second, false, hub_.now());
  }
}

std::optional<KillReason> Gateway::on_accept(Peer& peer, Mapping& mapping, ServiceKey key) {
  const auto found = services_.find(key);
  if (found == services_.end()) return KillReason::kWithdrawn;
  Service& service = found->second;
  spdlog::info("peer {} opens {}", short_key(peer.key), service.record.name);
  const bool base_mode = mapping.transports().tcp && !mapping.over_link();
  if (base_mode && !std::exchange(base_mode_mentioned_, true)) {
    spdlog::warn(
        "tcp runs in base mode, which is slow and can be wrong on a path that loses packets");
  }
  ++service.connections;
  TargetConnection::open(hub_, policy_, {service.record.host, service.record.ports.front().first},
                         mapping, service.rates->connect({peer.chat_id, peer.key}),
                         [gateway = std::weak_ptr(alive_), key] {
                           if (const auto alive = gateway.lock()) (*alive)->connection_ended(key);
                         });
  return std::nullopt;
}

void Gateway::connection_ended(ServiceKey key) {
  const auto found = services_.find(key);
  if (found != services_.end()) --found->second.connections;
}

std::vector<Gateway::Shown> Gateway::list(const std::optional<Key>& chat_id) const {
  std::vector<Shown> shown;
  for (const auto& [key, service] : services_) {
    if (!chat_id || offered_in(service, *chat_id)) {
      shown.push_back({service.record, service.connections, service.rates->passed(Direction::kIn),
                       service.rates->passed(Direction::kOut)});
    }
  }
  std::sort(shown.begin(), shown.end(), [](const Shown& left, const Shown& right) {
    return left.record.name < right.record.name;
  });
  return shown;
}

void Gateway::shut_down() {
  for (auto& [key, service] : services_) withdraw(key, service, KillReason::kShutdown);
  services_.clear();
}

}  // namespace ngcshare
