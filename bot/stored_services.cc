#include "bot/stored_services.h"

#include "bot/target_policy.h"

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
  if (!store_.add(to_record(spec, chat_id, by))) return name_is_taken(spec.name);
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
    if (!chat_id || is_offered_in(record, *chat_id)) {
      shown.push_back({.record = std::move(record)});
    }
  }
  return shown;
}

}  // namespace ngcshare
