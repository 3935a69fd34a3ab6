#include "bot/program/run_gateway.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "bot/base/json_text.h"
#include "bot/base/log.h"
#include "bot/base/unix_time.h"
#include "bot/base/version.h"
#include "bot/checks/preflight.h"
#include "bot/commands/commands.h"
#include "bot/control/door.h"
#include "bot/control/server.h"
#include "bot/gateway/gateway.h"
#include "bot/groups/chat_door.h"
#include "bot/groups/keeper.h"
#include "bot/people/access.h"
#include "bot/people/invitations.h"
#include "bot/people/person_finder.h"
#include "bot/people/seen_people.h"
#include "bot/process/systemd_reporter.h"
#include "bot/program/access_config.h"
#include "bot/program/gateway_output.h"
#include "bot/program/guest_door.h"
#include "bot/program/invitation.h"
#include "bot/program/online_process.h"
#include "bot/program/reload.h"
#include "bot/services/records.h"
#include "bot/status/page.h"
#include "bot/status/readiness.h"
#include "bot/status/snapshot_taker.h"
#include "bot/tox/toxcore_copy.h"
#include "storage/files/error.h"
#include "storage/stores/audit_store.h"
#include "storage/stores/person_store.h"
#include "storage/stores/service_store.h"

namespace ngcshare {
namespace {

// Audit records are removed after this time; AuditStore limits their number.
constexpr int64_t kAuditSeconds = int64_t{365} * 86400;

void log_path(const PathStatus& status) {
  log_info("peer.path", "path to peer {peer}: {path}, {mode}",
           Field{"peer", short_key(status.peer)}, Field{"path", path_name(status)},
           Field{"mode", status.link ? "link" : "base mode"});
}

// A Tox ID begins with the public key.
std::set<Key> keys_of(const std::vector<std::vector<uint8_t>>& tox_ids) {
  std::set<Key> keys;
  for (const auto& tox_id : tox_ids) {
    Key key{};
    std::copy_n(tox_id.begin(), key.size(), key.begin());
    keys.insert(key);
  }
  return keys;
}

GroupKeeper::Config keeper_config(const RunOptions& options) {
  return {.nick = options.common.nick,
          .create = options.create,
          .create_private = options.create_private,
          .join = options.join,
          .password = options.password,
          .invited = keys_of(options.invites)};
}

class GatewayProgram : private OnlineListener, private RunningGateway {
 public:
  explicit GatewayProgram(const RunOptions& options);

  int run();

 private:
  // OnlineListener
  void on_group_joined(GroupNumber group) override { keeper_.on_joined(group); }
  void on_join_failed(GroupNumber group, JoinFailure failure) override {
    keeper_.on_join_failed(group, failure);
  }
  void on_person(const PresentPerson& person) override { seen_.note(person.person, person.nick); }
  void on_friend_online(const Key& friend_key) override {
    if (!guests_.on_online(friend_key)) keeper_.on_friend_online(friend_key);
  }
  void on_friend_offline(const Key& friend_key) override { guests_.on_offline(friend_key); }
  void on_friend_request(const Key& stranger, Bytes message) override {
    guests_.on_request(stranger, message);
  }
  void on_chat_line(const PresentPerson& speaker, const ChatLine& line) override {
    chat_.on_line(speaker, line, process_.hub().now());
  }

  std::vector<std::string> on_reload(const Options& options) override;
  void on_reloading() override { reporter_.notify_reloading(); }
  void on_reloaded() override { reporter_.notify_ready(); }

  // RunningGateway
  std::vector<Group> groups() const override { return keeper_.list(); }
  std::optional<std::string> join(const Key& chat_id, const std::string& password) override {
    return keeper_.join(chat_id, password);
  }
  std::optional<std::string> leave(const Key& chat_id) override {
    gateway_.leave_group(chat_id);
    const auto problem = keeper_.leave(chat_id);
    access_.reread_groups();
    return problem;
  }
  std::string page_link(bool as_owner) const override {
    return page_ == nullptr ? std::string() : page_->link(as_owner);
  }
  std::optional<InvitationLink> link_to(const Key& chat_id) const override {
    return link_to_group(process_.node(), process_.boot_nodes(), chat_id);
  }
  std::vector<Path> paths(const std::optional<Key>& chat_id) override;
  void shut_down() override {
    log_info("program.ending", "ending: {reason}", Field{"reason", "shutdown was commanded"});
    process_.stop_soon(kExitOk);
  }

  Commands::Context context();
  Readiness state();
  ControlAnswer health(const HealthQuestion& question);
  std::string not_ready();
  void serve_page();
  void announce(const storage::ServiceRecord& service, const std::string& text);
  void tell_owners(const std::string& text);

  const RunOptions options_;  // as read at the start
  RunOptions applied_;        // as read last
  TargetPolicy targets_;
  OnlineProcess process_;
  GroupKeeper keeper_;
  storage::ServiceStore services_;
  storage::PersonStore person_store_;
  storage::AuditStore audit_;
  Invitations invitations_;
  GuestDoor guests_;
  Access access_;
  Gateway gateway_;
  PathWatch paths_;
  SeenPeople seen_;
  PersonFinder people_;
  Commands commands_;
  ChatDoor chat_;
  OwnerDoor owner_door_;
  ControlDoor control_door_;
  ControlServer control_;
  SystemdReporter reporter_;
  SnapshotTaker snapshot_taker_;
  std::unique_ptr<StatusPage> page_;  // nullptr unless --http is given
};

GatewayProgram::GatewayProgram(const RunOptions& options)
    : options_(options),
      applied_(options),
      targets_(options.targets),
      process_(options_.common),
      keeper_(process_.node(), process_.peers(), process_.folder().database(), process_.entropy(),
              process_.output(), keeper_config(options_),
              {.save_soon = [this] { process_.save_soon(); },
               .save_at_once = [this] { process_.try_to_save(); },
               .make_timer = [this] { return std::make_unique<LoopTimer>(process_.loop()); },
               .tell_owners = [this](const std::string& text) { tell_owners(text); }}),
      services_(process_.folder().database()),
      person_store_(process_.folder().database()),
      audit_(process_.folder().database()),
      invitations_(process_.folder().database(), process_.entropy()),
      guests_(process_, invitations_),
      access_(process_.folder().database(),
              access_config(options_, options_, process_.node().udp_port())),
      gateway_(process_.hub(), services_, access_, targets_),
      paths_(process_.hub(), log_path),
      seen_(process_.loop(), process_.folder().database(), person_store_, unix_seconds),
      people_(
          person_store_, [this](const auto& chat_id) { return process_.hub().present(chat_id); },
          [this] { return keeper_.chat_ids(); }, [this] { seen_.write(); }),
      commands_(context()),
      chat_(
          commands_, access_, seen_, unix_seconds,
          {.tell = [this](auto& person, auto& text) { return process_.peers().tell(person, text); },
           .say = [this](auto& chat_id, auto& text) { process_.peers().say(chat_id, text); }}),
      owner_door_({[this](auto line, const Asker& asker) { return commands_.run(line, asker); },
                   [this](auto& text, auto& chat_id) { chat_.announce(text, chat_id); },
                   [this](const Asker& asker) { return commands_.names(asker); }}),
      control_door_(owner_door_,
                    {[this] { return gateway_.names(); },
                     [this](const HealthQuestion& question) { return health(question); },
                     [this] {
                       return ControlAnswer{true, to_text(to_json(snapshot_taker_.take()))};
                     }}),
      control_(process_.loop(), process_.folder().path(),
               [this](const auto& request) { return control_door_.on_request(request); }),
      reporter_(process_.loop(), process_environment(), [this] { return describe(state()); }),
      snapshot_taker_({.node = process_.node(),
                       .hub = process_.hub(),
                       .gateway = gateway_,
                       .commands = commands_,
                       .program = *this,
                       .database = process_.folder().database(),
                       .paths = paths_,
                       .not_ready = [this] { return not_ready(); },
                       .copied = [this] { return process_.copy_warning(); }}) {
  process_.set_listener(this);
  process_.hub().set_offer_maker(&gateway_);
  gateway_.set_on_state([this](const storage::ServiceRecord& service, const std::string& text) {
    announce(service, text);
  });
}

Commands::Context GatewayProgram::context() {
  return {.services = gateway_,
          .access = access_,
          .people = people_,
          .audit = audit_,
          .invitations = invitations_,
          .entropy = process_.entropy(),
          .program = this,
          .now = unix_seconds};
}

int GatewayProgram::run() {
  // Without any --share the stored services stay as they are.
  const auto problems =
      options_.shares.empty() ? std::vector<std::string>() : gateway_.declare(options_.shares);
  for (const auto& problem : problems)
    log_error("share.refused", "--share {problem}", Field{"problem", problem});
  if (!problems.empty()) return kExitUsage;

  log_info("program.started", "ngcshare {version} with toxcore {toxcore}",
           Field{"version", kVersion}, Field{"toxcore", linked_toxcore().version});
  print_identity(process_.output(), process_.node().address());
  if (!keeper_.begin()) return kExitFailure;
  access_.reread_groups();
  if (process_.node().groups().empty()) {
    log_error("group.none", kNoGroup);
    return kExitUsage;
  }
  for (const GroupNumber group : process_.node().groups()) keeper_.show(group);
  print_services(process_.output(), gateway_);
  if (!access_.has_owner()) {
    print_claim_token(process_.output(),
                      access_.issue_claim_token(process_.entropy(), unix_seconds()));
  }
  audit_.prune(unix_seconds() - kAuditSeconds);
  if (options_.health_checks) gateway_.watch_targets({});
  guests_.begin();
  for (const auto& invited : options_.invites) {
    if (!process_.node().request_friend(invited, "an invitation to a group")) return kExitFailure;
  }
  process_.save_soon();
  serve_page();
  reporter_.start();
  return process_.run([this] {
    reporter_.stop();
    page_.reset();
    gateway_.shut_down();
    seen_.end();
  });
}

Readiness GatewayProgram::state() {
  return {.connection = process_.node().connection(),
          .groups = process_.node().groups().size(),
          .services = gateway_.list(std::nullopt).size(),
          .missing = {}};
}

ControlAnswer GatewayProgram::health(const HealthQuestion& question) {
  const Health health = question.ready ? ready(state(), not_ready()) : live(state());
  return {health.good, health.text};
}

std::string GatewayProgram::not_ready() {
  Readiness now = state();
  try {
    now.missing = keeper_.missing();
  } catch (const storage::StorageError& error) {
    return error.what();
  }
  return why_not_ready(now);
}

void GatewayProgram::serve_page() {
  if (!options_.http) return;
  page_ = std::make_unique<StatusPage>(
      process_.loop(),
      StatusPage::Config{.address = options_.http->address,
                         .token_file = options_.http->token_file,
                         .owner_token_file = options_.http->owner_token_file,
                         .open_metrics = options_.http->open_metrics},
      process_.folder().path(), process_.entropy(),
      StatusServer::Ways{.snapshot = [this] { return snapshot_taker_.take(); },
                         .run = [this](auto line) { return owner_door_.run(line, Door::kPage); }});
  print_page(process_.output(), options_.http->address);
}

// Keeps the connections of services that do not change. Without any --share all services stay.
std::vector<std::string> GatewayProgram::on_reload(const Options& options) {
  const auto& next = std::get<RunOptions>(options);
  std::vector<std::string> applied = changes(applied_, next);
  targets_ = next.targets;
  access_.configure(access_config(next, options_, process_.node().udp_port()));
  gateway_.review();  // before anything is written, which a full disk ends
  if (!next.shares.empty()) {
    for (const auto& problem : gateway_.declare(next.shares)) {
      log_error("share.refused", "--share {problem}", Field{"problem", problem});
    }
  }
  if (next.health_checks && !applied_.health_checks) gateway_.watch_targets({});
  if (!next.health_checks) gateway_.ignore_targets();
  applied_ = next;
  return applied;
}

void GatewayProgram::announce(const storage::ServiceRecord& service, const std::string& text) {
  process_.output().say({{"event", "target"}, {"service", service.name}, {"text", text}}, "");
  if (service.enabled && is_public(service)) chat_.announce(text, service.chat_id);
}

// Tells them privately, once in each group where they are.
void GatewayProgram::tell_owners(const std::string& text) {
  for (const PresentPerson& one : process_.hub().present(std::nullopt)) {
    if (access_.level(one.person, one.role, unix_seconds()) != Level::kOwner) continue;
    process_.peers().tell(one.person, text);
  }
}

std::vector<RunningGateway::Path> GatewayProgram::paths(const std::optional<Key>& chat_id) {
  std::vector<Path> paths;
  for (const PathStatus& path : paths_.list(chat_id)) {
    paths.push_back({{path.chat_id, path.peer}, describe(path), path.connections});
  }
  return paths;
}

}  // namespace

int run_gateway(const RunOptions& options) { return GatewayProgram(options).run(); }

}  // namespace ngcshare
