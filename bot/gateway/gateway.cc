#include "bot/gateway/gateway.h"

#include <algorithm>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/unix_time.h"
#include "bot/services/offer_limit.h"
#include "bot/services/ports.h"
#include "bot/services/records.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

// Keeps all that was decided by commands: a flag that is given again sets only host, ports and
// checks.
void keep_decisions(const storage::ServiceRecord& before, storage::ServiceRecord& record) {
  record.id = before.id;
  record.description = before.description;
  record.enabled = before.enabled;
  record.policy = before.policy;
  record.observers = before.observers;
  record.limits = before.limits;
  record.created_at = before.created_at;
}

// Makes the record of a service given by flags or the environment.
storage::ServiceRecord to_declared(const ShareSpec& spec) {
  storage::ServiceRecord record = to_record(spec, std::nullopt, std::nullopt);
  record.declared = true;
  return record;
}

bool is_declared_so(const storage::ServiceRecord& record, const ShareSpec& spec) {
  return record.declared && !record.chat_id && record.host == spec.host &&
         record.ports == spec.ports && record.health == spec.health;
}

Rates rates_of(const storage::ServiceLimits& limits) {
  return {limits.bytes_per_second_in_all, limits.bytes_per_second_per_peer};
}

Gateway::Shown::Target shown_target(TargetHealth::State state) {
  switch (state) {
    case TargetHealth::State::kUp:
      return Gateway::Shown::Target::kUp;
    case TargetHealth::State::kDown:
      return Gateway::Shown::Target::kDown;
    case TargetHealth::State::kUnknown:
      break;
  }
  return Gateway::Shown::Target::kUnknown;
}

}  // namespace

Gateway::Gateway(SessionHub& hub, storage::ServiceStore& store, Access& access,
                 const TargetPolicy& policy)
    : hub_(hub),
      store_(store),
      access_(access),
      policy_(policy),
      offers_(hub, access),
      ports_(std::make_shared<TargetPorts>(hub.loop(), TargetPorts::limits_here())),
      review_timer_(hub.loop()) {
  // Starts every reason at 0, so that Prometheus's rate() sees the first refusal.
  for (const Decision decision : {Decision::kDisabled, Decision::kOtherGroup, Decision::kBanned,
                                  Decision::kDenied, Decision::kNotListed, Decision::kObserver}) {
    refusals_[to_string(decision)] = 0;
  }
  for (const std::string_view why : {"limit", "withdrawn"}) refusals_[why] = 0;
  for (const auto& record : store_.list()) add(record);
  review_now_and_then();
}

Gateway::~Gateway() = default;

// -- what is shared ---------------------------------------------------------------------

Gateway::Service& Gateway::add(const storage::ServiceRecord& record) {
  Service& service = services_[record.id];
  service.record = record;
  service.rates = ServiceRates::create(hub_.loop());
  service.rates->set(rates_of(record.limits));
  watch(record);
  return service;
}

// Starts offering a service that the store has already.
void Gateway::begin(const storage::ServiceRecord& record) {
  const Service& service = add(record);
  offers_.agree(service.record, service.down, unix_seconds());
  log_info("service.shared", "sharing {service} ({ports} at {host})", Field{"service", record.name},
           Field{"ports", describe(record.ports)}, Field{"host", record.host});
}

// Ends a service that the store has removed already.
void Gateway::end(const storage::ServiceRecord& record) {
  withdraw(record, KillReason::kWithdrawn);
  end_connections(record.id, KillReason::kWithdrawn);
  const Service& service = services_.at(record.id);
  for (const Direction direction : {Direction::kIn, Direction::kOut}) {
    passed_by_gone_[static_cast<size_t>(direction)] += service.rates->passed(direction);
  }
  services_.erase(record.id);
  access_.forget_service(record.id);
  announcements_.forget(record.id);
  if (health_ != nullptr) health_->forget(record.id);
  log_info("service.unshared", "no longer sharing {service}", Field{"service", record.name});
}

std::optional<storage::ServiceRecord> Gateway::find(std::string_view name) const {
  const auto found = std::find_if(services_.begin(), services_.end(), [&](const auto& entry) {
    return entry.second.record.name == name;
  });
  if (found == services_.end()) return std::nullopt;
  return found->second.record;
}

std::optional<std::string> Gateway::share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                          const std::optional<Key>& by) {
  if (!policy_.allows_host(spec.host)) return target_not_allowed(spec.host);
  if (find(spec.name)) return name_is_taken(spec.name);
  storage::ServiceRecord record = to_record(spec, chat_id, by);
  if (auto problem = exceeds_offers(record, records())) return problem;
  const auto id = store_.add(record);
  if (!id) return name_is_taken(spec.name);
  record.id = *id;
  begin(record);
  return std::nullopt;
}

bool Gateway::unshare(const std::string& name) {
  const auto record = find(name);
  if (!record) return false;
  store_.remove(name);
  end(*record);
  return true;
}

void Gateway::leave_group(const Key& chat_id) {
  for (const auto& record : records()) {
    if (record.chat_id == chat_id) unshare(record.name);
  }
}

std::optional<std::string> Gateway::edit(const storage::ServiceRecord& record) {
  const bool moves = services_.at(record.id).record.host != record.host;
  if (moves && !policy_.allows_host(record.host)) return target_not_allowed(record.host);
  if (auto problem = exceeds_offers(record, records())) return problem;
  change(record);
  log_info("service.changed", "now sharing {service} ({ports} at {host})",
           Field{"service", record.name}, Field{"ports", describe(record.ports)},
           Field{"host", record.host});
  return std::nullopt;
}

void Gateway::change(const storage::ServiceRecord& record) {
  store_.put(record);
  Service& service = services_.at(record.id);
  const storage::ServiceRecord before = std::exchange(service.record, record);
  withdraw_gone_ports(before, record);
  service.rates->set(rates_of(record.limits));
  watch(record);
  offers_.agree(record, service.down, unix_seconds());
  end_forbidden();
}

std::vector<storage::ServiceRecord> Gateway::records() const {
  std::vector<storage::ServiceRecord> all;
  for (const auto& [id, service] : services_) all.push_back(service.record);
  return all;
}

std::vector<std::string> Gateway::problems_with(const std::vector<ShareSpec>& declared) const {
  std::vector<std::string> problems;
  auto beside = records();  // without those an earlier start declared, which go
  std::erase_if(beside, [](const storage::ServiceRecord& record) { return record.declared; });
  for (const ShareSpec& spec : declared) {
    if (!policy_.allows_host(spec.host)) {
      problems.push_back(spec.name + ": " + target_not_allowed(spec.host));
      continue;
    }
    const storage::ServiceRecord record = to_declared(spec);
    std::erase_if(beside, [&](const auto& other) { return other.name == record.name; });
    if (const auto problem = exceeds_offers(record, beside)) {
      problems.push_back(spec.name + ": " + *problem);
    } else {
      beside.push_back(record);
    }
  }
  return problems;
}

std::vector<std::string> Gateway::declare(const std::vector<ShareSpec>& specs) {
  auto problems = problems_with(specs);
  if (!problems.empty()) return problems;
  std::vector<std::string> names;
  for (const ShareSpec& spec : specs) {
    names.push_back(spec.name);
    declare_one(spec);
  }
  for (const std::string& gone : store_.remove_declared_except(names)) {
    if (const auto record = find(gone)) end(*record);
  }
  return problems;
}

void Gateway::declare_one(const ShareSpec& spec) {
  storage::ServiceRecord record = to_declared(spec);
  const auto known = find(spec.name);
  if (!known) {
    record.id = store_.put(record);
    begin(record);
  } else if (known->chat_id) {
    // Its rules and limits may be those of a group admin, who has no say in a service for all. What
    // closes it stays: an owner may have shared it there, for a few.
    record.policy = known->policy;
    record.enabled = known->enabled;
    record.id = store_.replace(record);
    end(*known);
    begin(record);
  } else if (!is_declared_so(*known, spec)) {
    keep_decisions(*known, record);
    change(record);
  }
}

// -- who is offered what ----------------------------------------------------------------

void Gateway::withdraw(const storage::ServiceRecord& record, KillReason reason) {
  for (const ServicePort& port : ports_of(record)) {
    offers_.withdraw(service_key(record.id, port.port), reason);
  }
}

void Gateway::withdraw_gone_ports(const storage::ServiceRecord& before,
                                  const storage::ServiceRecord& after) {
  if (before.host != after.host) {
    withdraw(before, KillReason::kWithdrawn);
    end_connections(before.id, KillReason::kWithdrawn);
    return;
  }
  const auto stay = ports_of(after);
  for (const ServicePort& port : ports_of(before)) {
    const bool stays = std::any_of(stay.begin(), stay.end(), [&](const ServicePort& other) {
      return other.port == port.port;
    });
    if (!stays) offers_.withdraw(service_key(before.id, port.port), KillReason::kWithdrawn);
  }
}

void Gateway::on_peer_joined(Peer& peer) {
  const int64_t now = unix_seconds();
  for (const auto& [id, service] : services_) {
    offers_.agree_with(peer, service.record, service.down, now);
  }
}

void Gateway::review() {
  hub_.refresh_roles();
  const int64_t now = unix_seconds();
  for (const auto& [id, service] : services_) offers_.agree(service.record, service.down, now);
  end_forbidden();
}

void Gateway::review_now_and_then() {
  review_timer_.expires_after(kReviewInterval);
  review_timer_.async_wait([gateway = std::weak_ptr(alive_)](const asio::error_code& error) {
    const auto alive = gateway.lock();
    if (error || alive == nullptr) return;
    if ((*alive)->lapse_bans() || (*alive)->hub_.refresh_roles()) (*alive)->review();
    (*alive)->review_now_and_then();
  });
}

// Logs a disk error only, because a ban that has ended no longer counts in any case.
bool Gateway::lapse_bans() {
  try {
    const bool lapsed = !access_.lapse_bans(unix_seconds()).empty();
    if (lapsed) ban_fault_.over();
    return lapsed;
  } catch (const storage::StorageError& error) {
    if (!ban_fault_.met(hub_.now())) return false;
    log_error("bans.not_removed", "bans that have ended could not be removed: {error}",
              Field{"error", error.what()});
    return false;
  }
}

// -- whether targets answer -------------------------------------------------------------

void Gateway::watch_targets(const TargetHealth::Config& config) {
  health_ = std::make_unique<TargetHealth>(
      hub_.loop(), hub_.entropy(), policy_, config,
      [this](int64_t id, TargetHealth::State state) { on_health(id, state); });
  for (const auto& [id, service] : services_) watch(service.record);
}

void Gateway::ignore_targets() {
  health_.reset();
  for (auto& [id, service] : services_) {
    if (std::exchange(service.down, false)) offers_.agree(service.record, false, unix_seconds());
  }
}

void Gateway::watch(const storage::ServiceRecord& record) {
  if (health_ == nullptr) return;
  const auto port = first_tcp_port(record);
  if (record.enabled && port && record.health == storage::ServiceHealth::kTcp) {
    health_->watch(record.id, {record.host, *port});
  } else {
    health_->forget(record.id);
  }
  services_.at(record.id).down = health_->state(record.id) == TargetHealth::State::kDown;
}

void Gateway::on_health(int64_t id, TargetHealth::State state) {
  Service& service = services_.at(id);
  const bool down = state == TargetHealth::State::kDown;
  if (std::exchange(service.down, down) != down) {
    log_info(down ? "target.down" : "target.up", "the target of {service} is {state}",
             Field{"service", service.record.name}, Field{"state", down ? "down" : "up again"});
    offers_.agree(service.record, down, unix_seconds());
  }
  if (!announcements_.is_due(id, down, hub_.now()) || !on_state_) return;
  const storage::ServiceRecord record = service.record;
  on_state_(record, record.name + (down ? " is down" : " is up again"));
}

// -- what goes on -----------------------------------------------------------------------

std::vector<Gateway::Shown> Gateway::list(const std::optional<Key>& chat_id) const {
  std::vector<Shown> shown;
  for (const auto& [id, service] : services_) {
    if (chat_id && !is_offered_in(service.record, *chat_id)) continue;
    const ServiceRates& rates = *service.rates;
    shown.push_back({.record = service.record,
                     .connections = connections_.count(id),
                     .bytes_in = rates.passed(Direction::kIn),
                     .bytes_out = rates.passed(Direction::kOut),
                     .pieces_in = rates.pieces(Direction::kIn),
                     .pieces_out = rates.pieces(Direction::kOut),
                     .opened = service.opened,
                     .target = health_ == nullptr ? Shown::Target::kUnknown
                                                  : shown_target(health_->state(id))});
  }
  std::sort(shown.begin(), shown.end(), [](const Shown& left, const Shown& right) {
    return left.record.name < right.record.name;
  });
  return shown;
}

std::vector<std::string> Gateway::names() const {
  std::vector<std::string> names;
  for (const auto& [id, service] : services_) names.push_back(service.record.name);
  std::sort(names.begin(), names.end());
  return names;
}

uint64_t Gateway::passed(Direction direction) const {
  uint64_t sum = passed_by_gone_[static_cast<size_t>(direction)];
  for (const auto& [id, service] : services_) sum += service.rates->passed(direction);
  return sum;
}

void Gateway::shut_down() {
  review_timer_.cancel();
  health_.reset();
  for (const auto& [id, service] : services_) withdraw(service.record, KillReason::kShutdown);
  services_.clear();
}

}  // namespace ngcshare
