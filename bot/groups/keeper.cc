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
                         Entropy& entropy, const Output& output, Config config, Ways ways)
    : node_(node),
      peers_(peers),
      entropy_(entropy),
      output_(output),
      config_(std::move(config)),
      ways_(std::move(ways)),
      groups_(database) {}

bool GroupKeeper::begin() {
  for (const auto& record : groups_.list()) rejoin(record.chat_id);
  // A new database lacks those of the profile, and whether an owner had turned their roles off.
  for (const GroupNumber group : node_.groups()) {
    const auto chat_id = node_.chat_id(group);
    if (!chat_id || entrances_.contains(*chat_id)) continue;
    remember(group, false);
    rejoin(*chat_id);
  }
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
  remember(*group, true);
  if (const auto chat_id = node_.chat_id(*group)) attend(*chat_id, {});
  return true;
}

bool GroupKeeper::join_configured() {
  return std::all_of(config_.join.begin(), config_.join.end(), [this](const Key& chat_id) {
    return entrances_.contains(chat_id) || join_now(chat_id, config_.password);
  });
}

bool GroupKeeper::join_now(const Key& chat_id, const std::string& password) {
  if (!node_.join_group(chat_id, config_.nick, password)) return false;
  groups_.put({chat_id, "", password.empty() ? std::nullopt : std::optional(password), false,
               unix_seconds()});
  attend(chat_id, {password});
  return true;
}

// toxcore reconnects to the groups in its profile by itself, with the password that was the group's
// when it was last there. The stored one may be older, and would replace it, so it is only tried
// when that one is refused. Joining restores a group that the profile has lost.
void GroupKeeper::rejoin(const Key& chat_id) {
  if (entrances_.contains(chat_id)) return;
  const auto group = node_.find_group(chat_id);
  const auto record = groups_.find(chat_id);
  if (!group && record && record->is_private) {
    log_error("group.lost", "group {group} was lost and is private",
              Field{"group", to_hex(chat_id)});
    return;
  }
  const auto passwords = passwords_for(chat_id);
  // A group that was left by a refusal or a kick stays so in the profile.
  if (!group || !node_.group_connected(*group)) {
    node_.join_group(chat_id, config_.nick, passwords.front());
  }
  attend(chat_id, passwords);
}

// Returns the passwords that may be right, the likeliest first; at least one, "" if none is known.
std::vector<std::string> GroupKeeper::passwords_for(const Key& chat_id) {
  std::vector<std::string> passwords;
  const auto add = [&](const std::string& password) {
    const bool known = std::find(passwords.begin(), passwords.end(), password) != passwords.end();
    if (!password.empty() && !known) passwords.push_back(password);
  };
  if (const auto group = node_.find_group(chat_id)) add(node_.group_password(*group));
  const bool configured =
      std::find(config_.join.begin(), config_.join.end(), chat_id) != config_.join.end();
  if (configured) add(config_.password);
  if (const auto record = groups_.find(chat_id)) add(record->password.value_or(""));
  if (passwords.empty()) passwords.emplace_back();
  return passwords;
}

void GroupKeeper::attend(const Key& chat_id, std::vector<std::string> passwords) {
  const auto [at, is_new] = entrances_.try_emplace(
      chat_id, ways_.make_timer(), entropy_, std::move(passwords),
      Entrance::Ways{
          .look = [this, chat_id] { return look_at(chat_id); },
          .join =
              [this, chat_id](const std::string& password) {
                node_.join_group(chat_id, config_.nick, password);
                ways_.save_soon();
              },
          .report = [this, chat_id](const GroupTrouble& trouble) { report(chat_id, trouble); }});
  if (is_new) at->second.begin();
}

bool GroupKeeper::is_ours(GroupNumber group) const {
  return node_.own_role(group) == Role::kFounder;
}

// toxcore calls a group connected while it is still looking for it, so peers have to be seen.
Entrance::Sight GroupKeeper::look_at(const Key& chat_id) {
  const auto group = node_.find_group(chat_id);
  if (!group || !node_.group_connected(*group)) return Entrance::Sight::kCutOff;
  const bool in_company = is_ours(*group) || peers_.count(chat_id) != 0;
  if (in_company) remember_now(chat_id, *group);
  return in_company ? Entrance::Sight::kInCompany : Entrance::Sight::kAlone;
}

std::string GroupKeeper::name_of(const Key& chat_id) {
  const auto group = node_.find_group(chat_id);
  const std::string name = group ? node_.group_name(*group) : "";
  return name.empty() ? to_hex(chat_id) : printable(name);
}

void GroupKeeper::report(const Key& chat_id, const GroupTrouble& trouble) {
  const std::string name = name_of(chat_id);
  if (trouble.kind == GroupTrouble::Kind::kNone) {
    log_info("group.back", "in the group {group} again", Field{"group", name});
    ways_.tell_owners("this gateway is in the group " + name + " again");
    return;
  }
  const Field group{"group", name};
  const Field reason{"reason", describe(trouble)};
  constexpr const char* kText = "not in the group {group}: {reason}; trying again";
  if (trouble.kind == GroupTrouble::Kind::kNotFound) {
    log_warn("group.outside", kText, group, reason);
  } else {
    log_error("group.outside", kText, group, reason);
  }
  output_.say({{"event", "outside"}, {"chat_id", to_hex(chat_id)}, {"reason", describe(trouble)}},
              "");
  ways_.tell_owners("this gateway is not in the group " + name + ": " + describe(trouble) +
                    "; it tries again");
}

void GroupKeeper::remember(GroupNumber group, bool group_roles) {
  const auto chat_id = node_.chat_id(group);
  if (!chat_id) return;
  const std::string password = node_.group_password(group);
  groups_.put({.chat_id = *chat_id,
               .name = node_.group_name(group),
               .password = password.empty() ? std::nullopt : std::optional(password),
               .is_private = node_.group_is_private(group),
               .joined_at = unix_seconds(),
               .group_roles = group_roles});
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
    if (node_.join_group(chat_id, config_.nick, password)) {
      attend(chat_id, {password});
    } else {
      forget(chat_id);
    }
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

// Writes the profile at once, because a start joins a group again that the profile has and the
// database has not.
std::optional<std::string> GroupKeeper::leave(const Key& chat_id) {
  groups_.remove(chat_id);
  node_.defer([this, chat_id] {
    entrances_.erase(chat_id);
    peers_.leave_group(chat_id);
    const auto group = node_.find_group(chat_id);
    if (group) node_.leave_group(*group);
    ways_.save_at_once();
  });
  return std::nullopt;
}

std::vector<Key> GroupKeeper::chat_ids() const {
  std::vector<Key> ids;
  for (const GroupNumber group : node_.groups()) {
    if (const auto chat_id = node_.chat_id(group)) ids.push_back(*chat_id);
  }
  return ids;
}

std::vector<RunningGateway::Group> GroupKeeper::list() const {
  std::vector<RunningGateway::Group> groups;
  for (const GroupNumber group : node_.groups()) {
    const auto chat_id = node_.chat_id(group);
    if (!chat_id) continue;
    const auto entrance = entrances_.find(*chat_id);
    const bool known = entrance != entrances_.end();
    groups.push_back({.chat_id = *chat_id,
                      .name = node_.group_name(group),
                      .connected = is_ours(group) || (known && entrance->second.is_in()),
                      .peers = peers_.count(*chat_id),
                      .problem = known ? describe(entrance->second.trouble()) : ""});
  }
  return groups;
}

std::vector<std::string> GroupKeeper::missing() {
  std::vector<std::string> names;
  for (const auto& record : groups_.list()) {
    const auto group = node_.find_group(record.chat_id);
    const auto entrance = entrances_.find(record.chat_id);
    const bool known = entrance != entrances_.end();
    const bool is_in = group && (is_ours(*group) || (known && entrance->second.is_in()));
    if (is_in) continue;
    const std::string trouble = known ? describe(entrance->second.trouble())
                                : !group && record.is_private
                                    ? "it is private and lost from profile.tox: a new invitation "
                                      "is needed"
                                    : "";
    names.push_back((record.name.empty() ? to_hex(record.chat_id) : record.name) +
                    (trouble.empty() ? "" : " (" + trouble + ")"));
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

// Stores the group's name, and its password, which the founder may have changed. Does not throw
// because it is called from inside toxcore.
void GroupKeeper::remember_now(const Key& chat_id, GroupNumber group) {
  try {
    const auto record = groups_.find(chat_id);
    if (!record) return;
    storage::GroupRecord now = *record;
    const std::string name = node_.group_name(group);
    if (!name.empty()) now.name = name;
    const std::string password = node_.group_password(group);
    now.password = password.empty() ? std::nullopt : std::optional(password);
    if (now == *record) return;
    groups_.put(now);
    if (now.password == record->password) return;
    log_info("group.password", "the password of group {group} was changed", Field{"group", name});
    output_.say({{"event", "password_changed"}, {"chat_id", to_hex(chat_id)}}, "");
  } catch (const storage::StorageError& error) {
    log_error("group.name_not_kept", "a group's name could not be written down: {error}",
              Field{"error", error.what()});
  }
}

void GroupKeeper::on_joined(GroupNumber group) {
  const auto chat_id = node_.chat_id(group);
  if (!chat_id) return;
  const std::string name = node_.group_name(group);
  remember_now(*chat_id, group);
  const auto entrance = entrances_.find(*chat_id);
  if (entrance != entrances_.end()) entrance->second.on_joined();
  log_info("group.joined", "joined group {group} {name}", Field{"group", short_key(*chat_id)},
           Field{"name", printable(name)});
  output_.say({{"event", "joined"}, {"chat_id", to_hex(*chat_id)}, {"name", name}},
              "Joined:  " + printable(name));
}

void GroupKeeper::on_join_failed(GroupNumber group, JoinFailure failure) {
  const auto chat_id = node_.chat_id(group);
  if (!chat_id) return;
  log_info("group.join_refused", "a peer of group {group} has refused us: {reason}",
           Field{"group", short_key(*chat_id)},
           Field{"reason", failure == JoinFailure::kWrongPassword ? "wrong password"
                           : failure == JoinFailure::kFull        ? "the group is full"
                                                                  : "no reason given"});
  const auto entrance = entrances_.find(*chat_id);
  if (entrance != entrances_.end()) entrance->second.on_refused(failure);
}

// A friend who is in the group already ignores the invitation.
void GroupKeeper::on_friend_online(const Key& friend_key) {
  if (!config_.invited.contains(friend_key)) {
    log_debug("friend.not_invited", "the friend {peer} is named by no --invite",
              Field{"peer", short_key(friend_key)});
    return;
  }
  for (const GroupNumber group : node_.groups()) {
    if (node_.group_is_private(group)) node_.invite(group, friend_key);
  }
}

}  // namespace ngcshare
