#include "bot/stored_services.h"

#include "bot/target_policy.h"
#include "bot/unix_time.h"

namespace ngcshare {

// Which targets beyond this machine are allowed is known to a running gateway only.
std::optional<std::string> StoredServices::share(const ShareSpec& spec,
                                                 const std::optional<Key>& chat_id,
                                                 const std::optional<Key>& by) {
  if (!TargetPolicy().allows_host(spec.host)) {
    return "target " + spec.host +
           " can only be shared while the gateway runs, started with "
           "--allow-target " +
           spec.host;
  }
  storage::ServiceRecord record;
  record.name = spec.name;
  record.host = spec.host;
  record.ports = spec.ports;
  record.chat_id = chat_id;
  record.created_by = by;
  record.created_at = unix_seconds();
  if (!store_.add(record)) {
    return "the name " + spec.name + " is taken; unshare it first or choose another";
  }
  return std::nullopt;
}

bool StoredServices::unshare(const std::string& name) {
  const auto record = store_.find(name);
  if (!record || !store_.remove(name)) return false;
  access_.forget_service(record->id);
  return true;
}

std::vector<Services::Shown> StoredServices::list(const std::optional<Key>& chat_id) const {
  std::vector<Shown> shown;
  for (auto& record : store_.list()) {
    if (!chat_id || !record.chat_id || *record.chat_id == *chat_id) {
      shown.push_back({.record = std::move(record)});
    }
  }
  return shown;
}

}  // namespace ngcshare
