#include "bot/run_gateway.h"

#include <nlohmann/json.hpp>

#include "bot/access.h"
#include "bot/chat_door.h"
#include "bot/commands.h"
#include "bot/control_door.h"
#include "bot/control_server.h"
#include "bot/gateway.h"
#include "bot/gateway_state.h"
#include "bot/gateway_watch.h"
#include "bot/group_keeper.h"
#include "bot/json_text.h"
#include "bot/log.h"
#include "bot/people.h"
#include "bot/preflight.h"
#include "bot/reload.h"
#include "bot/runtime.h"
#include "bot/seen_people.h"
#include "bot/service_reporter.h"
#include "bot/status_page.h"
#include "bot/unix_time.h"
#include "bot/version.h"
#include "storage/audit_store.h"
#include "storage/error.h"
#include "storage/person_store.h"
#include "storage/service_store.h"

namespace ngcshare {
namespace {

// Of what was commanded that much is kept; AuditStore bounds the number.
constexpr int64_t kAuditSeconds = int64_t{365} * 86400;

void log_path(const PathStatus& status) {
  log_info("peer.path", "path to peer {peer}: {path}, {mode}",
           Field{"peer", short_key(status.peer)}, Field{"path", path_name(status)},
           Field{"mode", status.link ? "link" : "base mode"});
}

GroupKeeper::Config keeper_config(const RunOptions& options) {
  return {.nick = options.common.nick,
          .create = options.create,
          .create_private = options.create_private,
          .join = options.join,
          .password = options.password};
}

class GatewayProgram : private RuntimeListener, private Program {
 public:
  explicit GatewayProgram(const RunOptions& options);

  int run();

 private:
  // RuntimeListener
  void on_group_joined(GroupNumber group) override { keeper_.on_joined(group); }
  void on_join_failed(GroupNumber group, JoinFailure failure) override {
    keeper_.on_join_failed(group, failure);
  }
  void on_person(const PresentPerson& person) override { seen_.note(person.person, person.nick); }
  void on_friend_online(const Key& friend_key) override { keeper_.on_friend_online(friend_key); }
  void on_message(const PresentPerson& speaker, bool is_private, const std::string& text) override {
    chat_.on_message(speaker, is_private, text, runtime_.hub().now());
  }

  std::vector<std::string> on_reload(const Options& options) override;
  void on_reloading() override { reporter_.notify_reloading(); }
  void on_reloaded() override { reporter_.notify_ready(); }

  // Program
  std::vector<Group> groups() const override { return keeper_.list(); }
  std::optional<std::string> join(const Key& chat_id, const std::string& password) override {
    return keeper_.join(chat_id, password);
  }
  std::optional<std::string> leave(const Key& chat_id) override;
  std::vector<Path> paths(const std::optional<Key>& chat_id) override;
  void shut_down() override;

  Commands::Context context();
  GatewayState state();
  ControlAnswer health(const HealthQuestion& question);
  std::string not_ready();
  ControlAnswer status();
  void serve_page();
  std::string page_link(bool as_owner) const override;
  std::vector<std::string> service_names() const;
  void announce(const storage::ServiceRecord& service, const std::string& text);
  void show_services();
  void offer_claim();

  const RunOptions options_;  // of the start
  RunOptions applied_;        // of the latest time that they were read
  TargetPolicy targets_;
  Runtime runtime_;
  GroupKeeper keeper_;
  storage::ServiceStore services_;
  storage::PersonStore person_store_;
  storage::AuditStore audit_;
  Access access_;
  Gateway gateway_;
  PathWatch paths_;
  SeenPeople seen_;
  People people_;
  Commands commands_;
  ChatDoor chat_;
  OwnerDoor owner_door_;
  ControlDoor control_door_;
  ControlServer control_;
  ServiceReporter reporter_;
  GatewayWatch watch_;
  std::unique_ptr<StatusPage> page_;  // nullptr: it is not served
};

GatewayProgram::GatewayProgram(const RunOptions& options)
    : options_(options),
      applied_(options),
      targets_(options.targets),
      runtime_(options_.common),
      keeper_(runtime_.node(), runtime_.peers(), runtime_.folder().database(), runtime_.report(),
              keeper_config(options_),
              {.save_soon = [this] { runtime_.save_soon(); },
               .refused = [this] { runtime_.stop(kExitJoinRefused); }}),
      services_(runtime_.folder().database()),
      person_store_(runtime_.folder().database()),
      audit_(runtime_.folder().database()),
      access_(runtime_.folder().database(),
              {.owners = options_.owners, .group_roles = options_.group_roles}),
      gateway_(runtime_.hub(), services_, access_, targets_),
      paths_(runtime_.hub(), log_path),
      seen_(runtime_.loop(), runtime_.folder().database(), person_store_, unix_seconds),
      people_(
          person_store_, [this](const auto& chat_id) { return runtime_.hub().present(chat_id); },
          [this] { return keeper_.chat_ids(); }, [this] { seen_.write(); }),
      commands_(context()),
      chat_(
          commands_, access_, seen_, unix_seconds,
          {.tell = [this](auto& person, auto& text) { return runtime_.peers().tell(person, text); },
           .say = [this](auto& chat_id, auto& text) { runtime_.peers().say(chat_id, text); }}),
      owner_door_({[this](auto line, const Asker& asker) { return commands_.run(line, asker); },
                   [this](auto& text, auto& chat_id) { chat_.announce(text, chat_id); },
                   [this](const Asker& asker) { return commands_.names(asker); }}),
      control_door_(owner_door_,
                    {[this] { return service_names(); },
                     [this](const HealthQuestion& question) { return health(question); },
                     [this] { return status(); }}),
      control_(runtime_.loop(), runtime_.folder().path(),
               [this](const auto& request) { return control_door_.on_request(request); }),
      reporter_(runtime_.loop(), process_environment(), [this] { return describe(state()); }),
      watch_({.node = runtime_.node(),
              .hub = runtime_.hub(),
              .gateway = gateway_,
              .commands = commands_,
              .program = *this,
              .database = runtime_.folder().database(),
              .paths = paths_,
              .not_ready = [this] { return not_ready(); }}) {
  runtime_.set_listener(this);
  runtime_.hub().set_offer_maker(&gateway_);
  gateway_.set_on_state([this](const storage::ServiceRecord& service, const std::string& text) {
    announce(service, text);
  });
}

Commands::Context GatewayProgram::context() {
  return {.services = gateway_,
          .access = access_,
          .people = people_,
          .audit = audit_,
          .entropy = runtime_.entropy(),
          .program = this,
          .now = unix_seconds};
}

int GatewayProgram::run() {
  // Without any --share what was shared before stays.
  const auto problems =
      options_.shares.empty() ? std::vector<std::string>() : gateway_.declare(options_.shares);
  for (const auto& problem : problems)
    log_error("share.refused", "--share {problem}", Field{"problem", problem});
  if (!problems.empty()) return kExitUsage;

  log_info("program.started", "ngcshare {version} with toxcore {toxcore}",
           Field{"version", kVersion}, Field{"toxcore", ToxNode::version()});
  const std::string tox_id = runtime_.node().address();
  runtime_.report().say({{"event", "identity"}, {"tox_id", tox_id}}, "Tox ID:  " + tox_id);
  if (!keeper_.begin()) return kExitFailure;
  if (runtime_.node().groups().empty()) {
    log_error("group.none", kNoGroup);
    return kExitUsage;
  }
  for (const GroupNumber group : runtime_.node().groups()) keeper_.show(group);
  show_services();
  offer_claim();
  audit_.prune(unix_seconds() - kAuditSeconds);
  if (options_.health_checks) gateway_.watch_targets({});
  for (const auto& guest : options_.invites) {
    if (!runtime_.node().request_friend(guest, "an invitation to a group")) return kExitFailure;
  }
  runtime_.save_soon();
  serve_page();
  reporter_.start();
  return runtime_.run([this] {
    reporter_.stop();
    page_.reset();
    gateway_.shut_down();
    seen_.end();
  });
}

GatewayState GatewayProgram::state() {
  return {.connection = runtime_.node().connection(),
          .groups = runtime_.node().groups().size(),
          .services = gateway_.list(std::nullopt).size(),
          .missing = {}};
}

ControlAnswer GatewayProgram::health(const HealthQuestion& question) {
  const std::string now = describe(state());
  if (!question.ready) return {true, "live: " + now};  // for it can answer
  const std::string problem = not_ready();
  if (problem.empty()) return {true, "ready: " + now};
  return {false, "not ready: " + problem};
}

std::string GatewayProgram::not_ready() {
  GatewayState now = state();
  try {
    now.missing = keeper_.missing();
  } catch (const storage::StorageError& error) {
    return error.what();
  }
  return why_not_ready(now);
}

ControlAnswer GatewayProgram::status() { return {true, to_text(to_json(watch_.take()))}; }

void GatewayProgram::serve_page() {
  if (!options_.http) return;
  page_ = std::make_unique<StatusPage>(
      runtime_.loop(),
      StatusPage::Config{.address = options_.http->address,
                         .token_file = options_.http->token_file,
                         .owner_token_file = options_.http->owner_token_file,
                         .open_metrics = options_.http->open_metrics},
      runtime_.folder().path(), runtime_.entropy(),
      StatusServer::Ways{.snapshot = [this] { return watch_.take(); },
                         .run = [this](auto line) { return owner_door_.run(line, Door::kPage); }});
  const std::string url = to_url(options_.http->address);
  runtime_.report().say({{"event", "page"}, {"url", url}},
                        "Page:    " + url + " (ngcshare page shows it with its token)");
}

std::string GatewayProgram::page_link(bool as_owner) const {
  return page_ == nullptr ? std::string() : page_->link(as_owner);
}

// Connections of services that stay as they are go on. Without any --share what is shared stays.
std::vector<std::string> GatewayProgram::on_reload(const Options& options) {
  const auto& next = std::get<RunOptions>(options);
  std::vector<std::string> applied = changes(applied_, next);
  targets_ = next.targets;
  access_.configure({.owners = next.owners, .group_roles = next.group_roles});
  if (!next.shares.empty()) {
    for (const auto& problem : gateway_.declare(next.shares)) {
      log_error("share.refused", "--share {problem}", Field{"problem", problem});
    }
  }
  if (next.health_checks && !applied_.health_checks) gateway_.watch_targets({});
  if (!next.health_checks) gateway_.ignore_targets();
  gateway_.review();
  applied_ = next;
  return applied;
}

// A gateway that nobody owns shows how to change that.
void GatewayProgram::offer_claim() {
  const auto roles = access_.roles();
  const bool owned =
      !applied_.owners.empty() || std::any_of(roles.begin(), roles.end(), [](const auto& record) {
        return record.role == storage::AdminRole::kOwner;
      });
  if (owned) return;
  const std::string token = access_.issue_claim_token(runtime_.entropy(), unix_seconds());
  runtime_.report().say({{"event", "claim_token"}, {"token", token}},
                        "Owner:   nobody yet. To be it, send the bot a private message within an "
                        "hour: claim " +
                            token);
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
  if (service.policy == storage::ServicePolicy::kMembers && service.enabled) {
    chat_.announce(text, service.chat_id);
  }
}

std::vector<std::string> GatewayProgram::service_names() const {
  std::vector<std::string> names;
  for (const auto& shown : gateway_.list(std::nullopt)) names.push_back(shown.record.name);
  return names;
}

// What is offered in that group only goes with it.
std::optional<std::string> GatewayProgram::leave(const Key& chat_id) {
  for (const auto& shown : gateway_.list(chat_id)) {
    if (shown.record.chat_id) gateway_.unshare(shown.record.name);
  }
  return keeper_.leave(chat_id);
}

std::vector<Program::Path> GatewayProgram::paths(const std::optional<Key>& chat_id) {
  std::vector<Path> paths;
  for (const PathStatus& path : paths_.list(chat_id)) {
    paths.push_back({{path.chat_id, path.peer}, describe(path), path.connections});
  }
  return paths;
}

// Only when the answer had time to be sent.
void GatewayProgram::shut_down() {
  log_info("program.ending", "ending: {reason}", Field{"reason", "shutdown was commanded"});
  runtime_.stop_soon(kExitOk);
}

}  // namespace

int run_gateway(const RunOptions& options) { return GatewayProgram(options).run(); }

}  // namespace ngcshare
