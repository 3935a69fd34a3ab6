#include "bot/run_gateway.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/access.h"
#include "bot/chat_door.h"
#include "bot/gateway.h"
#include "bot/runtime.h"
#include "bot/words.h"
#include "storage/group_store.h"
#include "storage/service_store.h"

namespace ngcshare {
namespace {

int64_t unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void log_path(const PathStatus& status) {
  spdlog::info("path to peer {}: {}", short_key(status.peer), describe(status));
}

class GatewayProgram : private RuntimeListener {
 public:
  explicit GatewayProgram(const RunOptions& options)
      : options_(options),
        runtime_(options.common),
        groups_(runtime_.folder().database()),
        services_(runtime_.folder().database()),
        access_(runtime_.folder().database(), {.owners = options_.owners}),
        gateway_(runtime_.hub(), services_, access_, options_.targets),
        paths_(runtime_.hub(), log_path),
        commands_(gateway_, paths_),
        chat_(runtime_.node(), commands_, options.owners) {
    runtime_.set_listener(this);
    runtime_.hub().set_offer_maker(&gateway_);
    gateway_.set_on_state([this](const storage::ServiceRecord& service, const std::string& text) {
      announce(service, text);
    });
  }

  int run();

 private:
  void on_group_joined(GroupNumber group) override;
  void on_join_failed(GroupNumber group, JoinFailure failure) override;
  void on_friend_online(const Key& friend_key) override;
  void on_message(GroupNumber group, PeerNumber peer, bool is_private,
                  const std::string& text) override;

  bool create_group();
  bool join_groups();
  void rejoin(const storage::GroupRecord& record);
  void remember(GroupNumber group, const std::string& password);
  void show_group(GroupNumber group);
  void show_services();
  void announce(const storage::ServiceRecord& service, const std::string& text);

  const RunOptions options_;
  Runtime runtime_;
  storage::GroupStore groups_;
  storage::ServiceStore services_;
  Access access_;
  Gateway gateway_;
  PathWatch paths_;
  Commands commands_;
  ChatDoor chat_;
};

int GatewayProgram::run() {
  // Without any --share what was shared before stays.
  const auto problems =
      options_.shares.empty() ? std::vector<std::string>() : gateway_.declare(options_.shares);
  for (const auto& problem : problems) spdlog::error("--share {}", problem);
  if (!problems.empty()) return kExitUsage;

  const std::string tox_id = runtime_.node().address();
  runtime_.report().say({{"event", "identity"}, {"tox_id", tox_id}}, "Tox ID:  " + tox_id);
  for (const auto& record : groups_.list()) rejoin(record);
  if (!create_group() || !join_groups()) return kExitFailure;
  if (runtime_.node().groups().empty()) {
    spdlog::error("there is no group yet; found one with --create NAME or join one with --join");
    return kExitUsage;
  }
  for (const GroupNumber group : runtime_.node().groups()) show_group(group);
  show_services();
  if (options_.health_checks) gateway_.watch_targets({});
  for (const auto& guest : options_.invites) {
    if (!runtime_.node().request_friend(guest, "an invitation to a group")) return kExitFailure;
  }
  runtime_.save_soon();
  return runtime_.run([this] { gateway_.shut_down(); });
}

// A group of that name that this gateway has is not founded again, so that the same command line
// can be used at every start.
bool GatewayProgram::create_group() {
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

bool GatewayProgram::join_groups() {
  for (const Key& chat_id : options_.join) {
    const auto record = groups_.find(chat_id);
    if (record && options_.password.empty()) continue;  // rejoined already
    const auto group = runtime_.node().join_group(chat_id, options_.common.nick, options_.password);
    if (!group) return false;
    groups_.put({chat_id, record ? record->name : "",
                 options_.password.empty() ? std::nullopt : std::optional(options_.password), false,
                 record ? record->joined_at : unix_seconds()});
  }
  return true;
}

// A group that toxcore has in its profile reconnects by itself. Joining anew hands it the password,
// and brings back one that the profile lost.
void GatewayProgram::rejoin(const storage::GroupRecord& record) {
  const bool in_profile = runtime_.node().find_group(record.chat_id).has_value();
  if (in_profile && !record.password) return;
  if (record.is_private) {
    if (!in_profile) spdlog::error("group {} was lost and is private", to_hex(record.chat_id));
    return;
  }
  runtime_.node().join_group(record.chat_id, options_.common.nick, record.password.value_or(""));
}

void GatewayProgram::remember(GroupNumber group, const std::string& password) {
  const auto chat_id = runtime_.node().chat_id(group);
  if (!chat_id) return;
  groups_.put({*chat_id, runtime_.node().group_name(group),
               password.empty() ? std::nullopt : std::optional(password),
               runtime_.node().group_is_private(group), unix_seconds()});
}

void GatewayProgram::show_group(GroupNumber group) {
  const auto chat_id = runtime_.node().chat_id(group);
  if (!chat_id) return;
  const auto record = groups_.find(*chat_id);
  const std::string id = to_hex(*chat_id);
  const bool is_private = runtime_.node().group_is_private(group);
  const std::string command = "ngcshare connect " + id + " --all" +
                              (is_private ? " --invited-by " + runtime_.node().address() : "");
  const std::string name = record ? record->name : runtime_.node().group_name(group);
  const auto own_key = runtime_.node().own_key(group);
  runtime_.report().say({{"event", "group"},
                         {"chat_id", id},
                         {"name", name},
                         {"private", is_private},
                         {"own_key", own_key ? to_hex(*own_key) : ""},
                         {"member_command", command}},
                        "Group:   " + (name.empty() ? "(name not known yet)" : printable(name)) +
                            "\nChat id: " + id + "\nMembers: " + command);
}

void GatewayProgram::show_services() {
  for (const auto& shown : gateway_.list(std::nullopt)) {
    const storage::ServiceRecord& record = shown.record;
    const auto& ports = record.ports.front();
    runtime_.report().say(
        {{"event", "service"},
         {"service", record.name},
         {"host", record.host},
         {"port", ports.first},
         {"tcp", ports.tcp},
         {"udp", ports.udp}},
        "Sharing: " + record.name + " (" + describe(record.ports) + " at " + record.host + ")");
  }
}

// In the chat only where everybody in the group may know of the service.
void GatewayProgram::announce(const storage::ServiceRecord& service, const std::string& text) {
  runtime_.report().say({{"event", "target"}, {"service", service.name}, {"text", text}}, "");
  if (service.policy != storage::ServicePolicy::kMembers || !service.enabled) return;
  for (const GroupNumber group : runtime_.node().groups()) {
    const auto chat_id = runtime_.node().chat_id(group);
    const bool here = chat_id && (!service.chat_id || *service.chat_id == *chat_id);
    if (here) runtime_.node().send_message(group, text);
  }
}

void GatewayProgram::on_group_joined(GroupNumber group) {
  const auto chat_id = runtime_.node().chat_id(group);
  if (!chat_id) return;
  const std::string name = runtime_.node().group_name(group);
  const auto record = groups_.find(*chat_id);
  if (record && record->name != name && !name.empty()) {
    auto renamed = *record;
    renamed.name = name;
    groups_.put(renamed);
  }
  runtime_.report().say({{"event", "joined"}, {"chat_id", to_hex(*chat_id)}, {"name", name}},
                        "Joined:  " + printable(name));
}

void GatewayProgram::on_join_failed(GroupNumber group, JoinFailure failure) {
  const auto chat_id = runtime_.node().chat_id(group);
  const std::string id = chat_id ? to_hex(*chat_id) : "?";
  const char* const why = failure == JoinFailure::kWrongPassword
                              ? "wrong password; give the right one with --password-file"
                          : failure == JoinFailure::kFull ? "the group is full"
                                                          : "refused";
  spdlog::error("cannot join group {}: {}", id, why);
  if (runtime_.node().groups().size() == 1) runtime_.stop(kExitJoinRefused);
}

// Only those named by --invite are friends. Who is in the group already ignores the invitation.
void GatewayProgram::on_friend_online(const Key& friend_key) {
  for (const GroupNumber group : runtime_.node().groups()) {
    if (runtime_.node().group_is_private(group)) runtime_.node().invite(group, friend_key);
  }
}

void GatewayProgram::on_message(GroupNumber group, PeerNumber peer, bool is_private,
                                const std::string& text) {
  chat_.on_message(group, peer, is_private, text, runtime_.hub().now());
}

}  // namespace

int run_gateway(const RunOptions& options) { return GatewayProgram(options).run(); }

}  // namespace ngcshare
