#include "bot/groups/keeper.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/printable.h"
#include "bot/base/unix_time.h"
#include "storage/files/error.h"

namespace ngcshare {

GroupKeeper::GroupKeeper(ToxNode& node, GroupPeers& peers, storage::Database& database,
                         const Output& output, Config config, Ways ways)
    : node_(node),
      peers_(peers),
      output_(output),
      config_(std::move(config)),
      ways_(std::move(ways)),
      groups_(database) {}

bool GroupKeeper::begin() {
  for (const auto& record : groups_.list()) rejoin(record);
  return create() && join_configured();
}

// Does not create a second group of that name, so that the same command line works at every start.
bool GroupKeeper::create() {
  if (!config_.create) return true;
  const auto known = groups_.list();
  const bool exists = std::any_of(known.begin(), known.end(), [&](const auto& record) {
    return record.name == *config_.create && node_.find_group(record.chat_id);
  });
  if (exists) return true;
  const auto group = node_.create_group(*config_.create, config_.nick, config_.create_private);
  if (!group) return false;
  if (!config_.password.empty() && !node_.set_group_password(*group, config_.password)) {
    return false;
  }
  remember(*group, config_.password);
  return true;
}

bool GroupKeeper::join_configured() {
  return std::all_of(config_.join.begin(), config_.join.end(), [this](const Key& chat_id) {
    const bool rejoined = groups_.find(chat_id).has_value() && config_.password.empty();
    return rejoined || join_now(chat_id, config_.password);
  });
}

bool GroupKeeper::join_now(const Key& chat_id, const std::string& password) {
  if (!node_.join_group(chat_id, config_.nick, password)) return false;
  const auto record = groups_.find(chat_id);
  groups_.put({chat_id, record ? record->name : "",
               password.empty() ? std::nullopt : std::optional(password), false,
               record ? record->joined_at : unix_seconds()});
  return true;
}

// toxcore reconnects to the groups in its profile by itself. Joining again gives it the password,
// and restores a group that the profile has lost.
void GroupKeeper::rejoin(const storage::GroupRecord& record) {
  const bool in_profile = node_.find_group(record.chat_id).has_value();
  if (in_profile && !record.password) return;
  if (record.is_private) {
    if (!in_profile)
      log_error("group.lost", "group {group} was lost and is private",
                Field{"group", to_hex(record.chat_id)});
    return;
  }
  node_.join_group(record.chat_id, config_.nick, record.password.value_or(""));
}

void GroupKeeper::remember(GroupNumber group, const std::string& password) {
  const auto chat_id = node_.chat_id(group);
  if (!chat_id) return;
  groups_.put({.chat_id = *chat_id,
               .name = node_.group_name(group),
               .password = password.empty() ? std::nullopt : std::optional(password),
               .is_private = node_.group_is_private(group),
               .joined_at = unix_seconds(),
               .group_roles = true});
}

// Stores the group before joining, so that a disk error reaches the caller: the deferred part runs
// after toxcore's iteration and must not throw.
std::optional<std::string> GroupKeeper::join(const Key& chat_id, const std::string& password) {
  if (groups_.find(chat_id)) return "this gateway is in that group already";
  if (!ToxNode::may_be_chat_id(chat_id)) {
    return "no group has this chat id; check it for a typing error";
  }
  groups_.put({chat_id, "", password.empty() ? std::nullopt : std::optional(password), false,
               unix_seconds()});
  node_.defer([this, chat_id, password] {
    if (!node_.join_group(chat_id, config_.nick, password)) forget(chat_id);
    ways_.save_soon();
  });
  return std::nullopt;
}

void GroupKeeper::forget(const Key& chat_id) {
  try {
    groups_.remove(chat_id);
  } catch (const storage::StorageError& error) {
    log_error("group.not_forgotten", "a group could not be forgotten: {error}",
              Field{"error", error.what()});
  }
}

std::optional<std::string> GroupKeeper::leave(const Key& chat_id) {
  groups_.remove(chat_id);
  node_.defer([this, chat_id] {
    peers_.leave_group(chat_id);
    const auto group = node_.find_group(chat_id);
    if (group) node_.leave_group(*group);
    ways_.save_soon();
  });
  return std::nullopt;
}

std::vector<RunningGateway::Group> GroupKeeper::list() const {
  std::vector<RunningGateway::Group> groups;
  for (const GroupNumber group : node_.groups()) {
    const auto chat_id = node_.chat_id(group);
    if (!chat_id) continue;
    groups.push_back(
        {*chat_id, node_.group_name(group), node_.group_connected(group), peers_.count(*chat_id)});
  }
  return groups;
}

std::vector<Key> GroupKeeper::chat_ids() const {
  std::vector<Key> ids;
  for (const GroupNumber group : node_.groups()) {
    if (const auto chat_id = node_.chat_id(group)) ids.push_back(*chat_id);
  }
  return ids;
}

// Also checks the name: toxcore calls a group connected while it is still looking for it, but knows
// the name only once it is in it.
std::vector<std::string> GroupKeeper::missing() {
  std::vector<std::string> names;
  for (const auto& record : groups_.list()) {
    const auto group = node_.find_group(record.chat_id);
    const bool is_in = group && node_.group_connected(*group) && !node_.group_name(*group).empty();
    if (!is_in) names.push_back(record.name.empty() ? to_hex(record.chat_id) : record.name);
  }
  return names;
}

void GroupKeeper::show(GroupNumber group) {
  const auto chat_id = node_.chat_id(group);
  if (!chat_id) return;
  const auto record = groups_.find(*chat_id);
  const std::string id = to_hex(*chat_id);
  const bool is_private = node_.group_is_private(group);
  const std::string command =
      "ngcshare connect " + id + " --all" + (is_private ? " --invited-by " + node_.address() : "");
  const std::string name = record ? record->name : node_.group_name(group);
  // Shows the key because others in the group may have the same nickname.
  const auto bot_line = [&](const std::optional<Key>& key) {
    return key ? "\nBot:     called " + printable(config_.nick) + " in the group, with the key " +
                     to_hex(*key)
               : std::string();
  };
  const auto own_key = node_.own_key(group);
  output_.say({{"event", "group"},
               {"chat_id", id},
               {"name", name},
               {"private", is_private},
               {"own_key", own_key ? to_hex(*own_key) : ""},
               {"member_command", command}},
              "Group:   " + (name.empty() ? "(name not known yet)" : printable(name)) +
                  "\nChat id: " + id + "\nMembers: " + command + bot_line(own_key));
}

// Does not throw because it is called from inside toxcore.
void GroupKeeper::remember_name(const Key& chat_id, const std::string& name) {
  try {
    auto record = groups_.find(chat_id);
    if (!record || record->name == name || name.empty()) return;
    record->name = name;
    groups_.put(*record);
  } catch (const storage::StorageError& error) {
    log_error("group.name_not_kept", "a group's name could not be written down: {error}",
              Field{"error", error.what()});
  }
}

void GroupKeeper::on_joined(GroupNumber group) {
  const auto chat_id = node_.chat_id(group);
  if (!chat_id) return;
  const std::string name = node_.group_name(group);
  remember_name(*chat_id, name);
  log_info("group.joined", "joined group {group} {name}", Field{"group", short_key(*chat_id)},
           Field{"name", printable(name)});
  output_.say({{"event", "joined"}, {"chat_id", to_hex(*chat_id)}, {"name", name}},
              "Joined:  " + printable(name));
}

void GroupKeeper::on_join_failed(GroupNumber group, JoinFailure failure) {
  const auto chat_id = node_.chat_id(group);
  const std::string id = chat_id ? to_hex(*chat_id) : "?";
  const char* const why = failure == JoinFailure::kWrongPassword
                              ? "wrong password; give the right one with --password-file"
                          : failure == JoinFailure::kFull ? "the group is full"
                                                          : "refused";
  log_error("group.join_failed", "cannot join group {group}: {reason}", Field{"group", id},
            Field{"reason", why});
  if (node_.groups().size() == 1) ways_.refused();
}

// All friends were named by --invite. A friend who is in the group already ignores the invitation.
void GroupKeeper::on_friend_online(const Key& friend_key) {
  for (const GroupNumber group : node_.groups()) {
    if (node_.group_is_private(group)) node_.invite(group, friend_key);
  }
}

}  // namespace ngcshare
