#include "bot/services/records.h"

#include "bot/base/unix_time.h"

namespace ngcshare {

storage::ServiceRecord to_record(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                 const std::optional<Key>& by) {
  storage::ServiceRecord record;
  record.name = spec.name;
  record.host = spec.host;
  record.ports = spec.ports;
  record.health = spec.health;
  record.chat_id = chat_id;
  record.created_at = unix_seconds();
  record.created_by = by;
  return record;
}

std::string target_not_allowed(const std::string& host) {
  return "target " + host +
         " is not allowed: the gateway shares only services on its own machine, for example "
         "25565@127.0.0.1; to share this one too, start it with --allow-target " +
         host;
}

bool is_offered_in(const storage::ServiceRecord& record, const Key& chat_id) {
  return !record.chat_id || *record.chat_id == chat_id;
}

bool is_public(const storage::ServiceRecord& record) {
  return record.policy == storage::ServicePolicy::kMembers;
}

std::string name_is_taken(const std::string& name) { return "the name " + name + " is taken"; }

}  // namespace ngcshare
