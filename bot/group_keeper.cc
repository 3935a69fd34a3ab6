#include "bot/group_keeper.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/log.h"
#include "bot/unix_time.h"
#include "bot/words.h"
#include "storage/error.h"

namespace ngcshare {

GroupKeeper::GroupKeeper(Runtime& runtime, const RunOptions& options)
    : runtime_(runtime), options_(options), groups_(runtime.folder().database()) {}

bool GroupKeeper::begin() {
  for (const auto& record : groups_.list()) rejoin(record);
  return create() && join_asked_for();
}

// A group of that name that this gateway has is not founded again, so that the same command line
// can be used at every start.
bool GroupKeeper::create() {
  if (!options_.create) return true;
  const auto known = groups_.list();
  const bool exists = std::any_of(known.begin(), known.end(), [&](const auto& record) {
    return record.name == *options_.create && runtime_.node().find_group(record.chat_id);
  });
  if (exists) return true;
  const auto group =
      runtime_.node().create_group(*options_.create, options_.common.nick, options_.create_private);
  if (!group) return false;
  if (!options_.password.empty() &&
      !runtime_.node().set_group_password(*group, options_.password)) {
    return false;
  }
  remember(*group, options_.password);
  return true;
}

bool GroupKeeper::join_asked_for() {
  return std::all_of(options_.join.begin(), options_.join.end(), [this](const Key& chat_id) {
    const bool rejoined = groups_.find(chat_id).has_value() && options_.password.empty();
    return rejoined || join_now(chat_id, options_.password);
  });
}

bool GroupKeeper::join_now(const Key& chat_id, const std::string& password) {
  if (!runtime_.node().join_group(chat_id, options_.common.nick, password)) return false;
  const auto record = groups_.find(chat_id);
  groups_.put({chat_id, record ? record->name : "",
               password.empty() ? std::nullopt : std::optional(password), false,
               record ? record->joined_at : unix_seconds()});
  return true;
}

// A group that toxcore has in its profile reconnects by itself. Joining anew hands it the password,
// and brings back one that the profile lost.
void GroupKeeper::rejoin(const storage::GroupRecord& record) {
  const bool in_profile = runtime_.node().find_group(record.chat_id).has_value();
  if (in_profile && !record.password) return;
  if (record.is_private) {
    if (!in_profile)
      log_error("group.lost", "group {group} was lost and is private",
                Field{"group", to_hex(record.chat_id)});
    return;
  }
  runtime_.node().join_group(record.chat_id, options_.common.nick, record.password.value_or(""));
}

void GroupKeeper::remember(GroupNumber group, const std::string& password) {
  const auto chat_id = runtime_.node().chat_id(group);
  if (!chat_id) return;
  groups_.put({*chat_id, runtime_.node().group_name(group),
               password.empty() ? std::nullopt : std::optional(password),
               runtime_.node().group_is_private(group), unix_seconds()});
}

// Remembered at once, so that a disk that fails is told to who asked. Inside of toxcore nothing may
// be thrown.
std::optional<std::string> GroupKeeper::join(const Key& chat_id, const std::string& password) {
  if (groups_.find(chat_id)) return "this gateway is in that group already";
  if (!ToxNode::may_be_chat_id(chat_id)) {
    return "no group has this chat id; check it for a typing error";
  }
  groups_.put({chat_id, "", password.empty() ? std::nullopt : std::optional(password), false,
               unix_seconds()});
  runtime_.node().defer([this, chat_id, password] {
    if (!runtime_.node().join_group(chat_id, options_.common.nick, password)) forget(chat_id);
    runtime_.save_soon();
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
  runtime_.node().defer([this, chat_id] {
    runtime_.peers().leave_group(chat_id);
    const auto group = runtime_.node().find_group(chat_id);
    if (group) runtime_.node().leave_group(*group);
    runtime_.save_soon();
  });
  return std::nullopt;
}

std::vector<Program::Group> GroupKeeper::list() const {
  std::vector<Program::Group> groups;
  for (const GroupNumber group : runtime_.node().groups()) {
    const auto chat_id = runtime_.node().chat_id(group);
    if (!chat_id) continue;
    size_t peers = 0;
    runtime_.hub().for_each_peer([&](const Peer& peer) { peers += peer.chat_id == *chat_id ? 1 : 0; });
    groups.push_back({*chat_id, runtime_.node().group_name(group),
                      runtime_.node().group_connected(group), peers});
  }
  return groups;
}

// toxcore calls a group connected while it still looks for it; only who is in it knows its name.
std::vector<std::string> GroupKeeper::missing() {
  std::vector<std::string> names;
  for (const auto& record : groups_.list()) {
    const auto group = runtime_.node().find_group(record.chat_id);
    const bool is_in = group && runtime_.node().group_connected(*group) &&
                       !runtime_.node().group_name(*group).empty();
    if (!is_in) names.push_back(record.name.empty() ? to_hex(record.chat_id) : record.name);
  }
  return names;
}

void GroupKeeper::show(GroupNumber group) {
  const auto chat_id = runtime_.node().chat_id(group);
  if (!chat_id) return;
  const auto record = groups_.find(*chat_id);
  const std::string id = to_hex(*chat_id);
  const bool is_private = runtime_.node().group_is_private(group);
  const std::string command = "ngcshare connect " + id + " --all" +
                              (is_private ? " --invited-by " + runtime_.node().address() : "");
  const std::string name = record ? record->name : runtime_.node().group_name(group);
  // Nicknames can be the same; in the group it is known by its key.
  const auto bot_line = [&](const std::optional<Key>& key) {
    return key ? "\nBot:     " + printable(options_.common.nick) + ", its key there " + to_hex(*key)
               : std::string();
  };
  const auto own_key = runtime_.node().own_key(group);
  runtime_.report().say({{"event", "group"},
                         {"chat_id", id},
                         {"name", name},
                         {"private", is_private},
                         {"own_key", own_key ? to_hex(*own_key) : ""},
                         {"member_command", command}},
                        "Group:   " + (name.empty() ? "(name not known yet)" : printable(name)) +
                            "\nChat id: " + id + "\nMembers: " + command + bot_line(own_key));
}

// Called from inside of toxcore.
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
  const auto chat_id = runtime_.node().chat_id(group);
  if (!chat_id) return;
  const std::string name = runtime_.node().group_name(group);
  remember_name(*chat_id, name);
  log_info("group.joined", "joined group {group} {name}", Field{"group", short_key(*chat_id)},
           Field{"name", printable(name)});
  runtime_.report().say({{"event", "joined"}, {"chat_id", to_hex(*chat_id)}, {"name", name}},
                        "Joined:  " + printable(name));
}

void GroupKeeper::on_join_failed(GroupNumber group, JoinFailure failure) {
  const auto chat_id = runtime_.node().chat_id(group);
  const std::string id = chat_id ? to_hex(*chat_id) : "?";
  const char* const why = failure == JoinFailure::kWrongPassword
                              ? "wrong password; give the right one with --password-file"
                          : failure == JoinFailure::kFull ? "the group is full"
                                                          : "refused";
  log_error("group.join_failed", "cannot join group {group}: {reason}", Field{"group", id},
            Field{"reason", why});
  if (runtime_.node().groups().size() == 1) runtime_.stop(kExitJoinRefused);
}

// Only those named by --invite are friends. Who is in the group already ignores the invitation.
void GroupKeeper::on_friend_online(const Key& friend_key) {
  for (const GroupNumber group : runtime_.node().groups()) {
    if (runtime_.node().group_is_private(group)) runtime_.node().invite(group, friend_key);
  }
}

}  // namespace ngcshare
