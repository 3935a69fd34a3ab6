#include "bot/console/stored_services.h"

#include "bot/services/offer_limit.h"
#include "bot/services/records.h"
#include "bot/services/target_policy.h"

namespace ngcshare {
namespace {

// Only a running gateway knows which targets beyond this machine are allowed.
std::optional<std::string> problem_with_host(const std::string& host) {
  if (TargetPolicy().allows_host(host)) return std::nullopt;
  return "target " + host +
         " can be shared only while the gateway is running, started with --allow-target " + host +
         "; this machine is always allowed, for example 25565@127.0.0.1";
}

}  // namespace

std::optional<std::string> StoredServices::share(const ShareSpec& spec,
                                                 const std::optional<Key>& chat_id,
                                                 const std::optional<Key>& by) {
  if (auto problem = problem_with_host(spec.host)) return problem;
  if (store_.find(spec.name)) return name_is_taken(spec.name);
  const storage::ServiceRecord record = to_record(spec, chat_id, by);
  if (auto problem = exceeds_offers(record, store_.list())) return problem;
  store_.add(record);
  return std::nullopt;
}

std::optional<std::string> StoredServices::edit(const storage::ServiceRecord& record) {
  const auto before = store_.find(record.name);
  if (before && before->host != record.host) {
    if (auto problem = problem_with_host(record.host)) return problem;
  }
  if (auto problem = exceeds_offers(record, store_.list())) return problem;
  store_.put(record);
  return std::nullopt;
}

bool StoredServices::unshare(const std::string& name) {
  const auto record = store_.find(name);
  if (!record || !store_.remove(name)) return false;
  access_.forget_service(record->id);
  return true;
}

std::vector<ServiceCatalog::Shown> StoredServices::list(const std::optional<Key>& chat_id) const {
  std::vector<Shown> shown;
  for (auto& record : store_.list()) {
    if (!chat_id || is_offered_in(record, *chat_id)) {
      shown.push_back({.record = std::move(record)});
    }
  }
  return shown;
}

}  // namespace ngcshare
