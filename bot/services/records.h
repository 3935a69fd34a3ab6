// Makes records of shared services from what was typed, and the texts that refuse one.
#pragma once

#include <optional>
#include <string>

#include "bot/base/key.h"
#include "bot/services/share_syntax.h"
#include "storage/values/service_record.h"

namespace ngcshare {

// Returns the record of a new service, shared by `by` in one group or (nullopt) in all groups.
storage::ServiceRecord to_record(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                 const std::optional<Key>& by);
// Returns the text that refuses a service on that host and names the flag that would allow it.
std::string target_not_allowed(const std::string& host);

bool is_offered_in(const storage::ServiceRecord& record, const Key& chat_id);
// Returns true if everybody in the service's groups may know of it, so that it may be offered
// publicly and mentioned in their chat. A service for those on its list only is not public.
bool is_public(const storage::ServiceRecord& record);
// Returns the text that refuses a new service of that name.
std::string name_is_taken(const std::string& name);

}  // namespace ngcshare
