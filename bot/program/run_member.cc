#include "bot/program/run_member.h"

#include <nlohmann/json.hpp>

#include "bot/base/log.h"
#include "bot/base/printable.h"
#include "bot/base/steady_time.h"
#include "bot/base/units.h"
#include "bot/base/unix_time.h"
#include "bot/member/connector.h"
#include "bot/peers/path_watch.h"
#include "bot/process/terminal_lines.h"
#include "bot/program/list_wait.h"
#include "bot/program/member_group.h"
#include "bot/program/online_process.h"
#include "storage/stores/pin_store.h"

namespace ngcshare {
namespace {

nlohmann::json event_of(const PathStatus& status) {
  nlohmann::json json{{"event", "path"},
                      {"chat_id", to_hex(status.chat_id)},
                      {"peer", to_hex(status.peer)},
                      {"path", path_name(status)},
                      {"mode", status.link ? "link" : "base"},
                      {"connections", status.connections},
                      {"sent_per_second", status.sent_per_second},
                      {"received_per_second", status.received_per_second}};
  if (status.round_trip) json["round_trip_ms"] = to_milliseconds(*status.round_trip);
  if (status.lost) json["lost"] = *status.lost;
  return json;
}

class MemberProgram : private OnlineListener {
 public:
  explicit MemberProgram(const ConnectOptions& options)
      : options_(options),
        process_(options.common),
        group_(process_, options_),
        pin_store_(process_.folder().database()),
        pins_(process_.loop(), process_.folder().database(), pin_store_, unix_seconds),
        connector_(process_.hub(), pins_, process_.output(),
                   Connector::Config{.wanted = options.wanted,
                                     .all = options.all,
                                     .only_list = options.only_list,
                                     .trust = options.trust,
                                     .bind_address = options.bind_address,
                                     .chat_id = options.chat_id},
                   [this](const std::string& why) { fail(kExitPortInUse, why); }),
        paths_(process_.hub(), [this](const PathStatus& status) { on_path(status); }),
        timeout_(process_.loop()),
        list_timer_(process_.loop()),
        hint_timer_(process_.loop()),
        waiting_timer_(process_.loop()),
        terminal_(process_.loop(), [this] { process_.output().say({}, paths_table()); }) {
    process_.set_listener(this);
    process_.hub().set_offer_user(&connector_);
  }

  int run();

 private:
  void on_connection(NetworkConnection connection) override;
  void on_group_joined(GroupNumber group) override;
  void on_join_failed(GroupNumber group, JoinFailure failure) override;
  void on_group_invite(const Key& friend_key, Bytes invite) override {
    group_.on_invite(friend_key, invite);
  }
  void on_friend_online(const Key& friend_key) override { group_.on_friend(friend_key, true); }
  void on_friend_offline(const Key& friend_key) override { group_.on_friend(friend_key, false); }

  void on_path(const PathStatus& status);
  std::string paths_table();

  void start_timers();
  void on_timeout();
  void tell_what_waits_later();
  void list_when_settled();
  void fail(int exit_code, const std::string& why);

  static constexpr std::chrono::seconds kHintAfter{30};
  // After the group was joined: peers confirm each other one by one, most within ten seconds.
  static constexpr std::chrono::seconds kTellWaitingAfter{15};

  const ConnectOptions options_;
  OnlineProcess process_;
  MemberGroup group_;
  storage::PinStore pin_store_;
  Pins pins_;
  Connector connector_;
  PathWatch paths_;
  asio::steady_timer timeout_;
  asio::basic_waitable_timer<ProgramClock> list_timer_;
  asio::steady_timer hint_timer_;
  asio::steady_timer waiting_timer_;
  TerminalLines terminal_;             // Enter shows the services and paths
  std::optional<ListWait> list_wait_;  // in the group, if the services are only listed
  bool listed_ = false;
};

int MemberProgram::run() {
  if (!group_.join()) return kExitUsage;
  start_timers();
  const std::string tox_id = process_.node().address();
  process_.output().say({{"event", "identity"}, {"tox_id", tox_id}},
                        options_.invited_by ? "waiting for an invitation; start the gateway with "
                                              "--invite " +
                                                  tox_id
                                            : "");
  process_.output().say({{"event", "joining"}, {"chat_id", to_hex(options_.chat_id)}},
                        "joining group " + to_hex(options_.chat_id) + " …");
  if (!options_.common.json) terminal_.start();
  // Whoever asked for the list gets all of it, however slowly it is read.
  return process_.run([this] {
    group_.end();
    pins_.end();
    if (listed_) process_.write_all_output();
  });
}

void MemberProgram::start_timers() {
  const auto limit = options_.timeout     ? options_.timeout
                     : options_.only_list ? std::optional<std::chrono::seconds>(ListWait::kMost)
                                          : std::nullopt;
  if (limit) {
    timeout_.expires_after(*limit);
    timeout_.async_wait([this](const asio::error_code& error) {
      if (!error) on_timeout();
    });
  }
  hint_timer_.expires_after(kHintAfter);
  hint_timer_.async_wait([this](const asio::error_code& error) {
    if (error || group_.was_in() || !group_.refusals().empty()) return;
    const bool online = process_.node().connection() != NetworkConnection::kNone;
    log_warn(
        "member.waiting", "{what}",
        Field{"what", !online ? "no boot node has answered yet: is there a network? "
                                "--bootstrap names another node, --no-udp tries TCP only"
                      : options_.link
                          ? "still waiting for the gateway of the link: is it running, and does "
                            "its command invites still list the link?"
                      : options_.invited_by
                          ? "still waiting for the invitation: is the gateway running, and was it "
                            "started with --invite and your Tox ID?"
                          : "still looking for the group: is the chat id right, and is anybody in "
                            "it online?"});
  });
}

void MemberProgram::on_timeout() {
  if (!group_.was_in()) {
    const std::string refusals = group_.refusals();
    if (!refusals.empty()) return fail(kExitJoinRefused, refusals);
    const bool online = process_.node().connection() != NetworkConnection::kNone;
    fail(kExitNoNetwork, online ? "the group was not found in time; check the chat id and that "
                                  "somebody in the group is online"
                                : "the Tox network was not reached in time; check the network or "
                                  "name a boot node with --bootstrap");
    return;
  }
  if (options_.only_list) return;
  const auto missing = connector_.missing();
  if (missing.empty()) return;
  connector_.say_what_waits();
  std::string names;
  for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
  fail(kExitNoService, "not offered in time: " + names +
                           "; ngcshare connect CHAT_ID --list shows "
                           "the services that are");
}

void MemberProgram::tell_what_waits_later() {
  waiting_timer_.expires_after(kTellWaitingAfter);
  waiting_timer_.async_wait([this](const asio::error_code& error) {
    if (!error) connector_.say_what_waits();
  });
}

void MemberProgram::fail(int exit_code, const std::string& why) {
  process_.output().say({{"event", "failed"}, {"reason", why}}, "");
  log_error("member.failed", "{reason}", Field{"reason", why});
  process_.stop(exit_code);
}

// Reports only gateways, because the paths to other members do not matter here.
void MemberProgram::on_path(const PathStatus& status) {
  if (!connector_.offers_from(status.peer)) return;
  const std::string gateway = "gateway " + short_key(status.peer);
  process_.output().say(event_of(status),
                        status.absent ? "lost the connection to " + gateway +
                                            "; retrying, open connections are kept for 2 minutes"
                                      : "connected to " + gateway + ": " + describe(status));
}

std::string MemberProgram::paths_table() {
  std::string text = connector_.table();
  for (const PathStatus& status : paths_.list(options_.chat_id)) {
    if (connector_.offers_from(status.peer)) {
      text += "gateway " + short_key(status.peer) + ": " + describe(status) + "\n";
    }
  }
  return text;
}

void MemberProgram::on_connection(NetworkConnection connection) {
  const char* const how = connection == NetworkConnection::kUdp   ? "udp"
                          : connection == NetworkConnection::kTcp ? "tcp"
                                                                  : "none";
  process_.output().say({{"event", "connection"}, {"connection", how}}, "");
}

void MemberProgram::on_group_joined(GroupNumber group) {
  const bool first = !group_.was_in();
  if (!group_.on_joined(group)) return;
  if (first && options_.only_list) {
    list_wait_.emplace(steady_now(), options_.timeout.value_or(ListWait::kMost));
    list_when_settled();
  }
  if (first && !options_.only_list) tell_what_waits_later();
  const std::string name = process_.node().group_name(group);
  const auto own_key = process_.node().own_key(group);
  process_.output().say({{"event", "joined"},
                         {"chat_id", to_hex(options_.chat_id)},
                         {"name", name},
                         {"by", group_.came_by_link() ? "invitation" : "search"},
                         {"own_key", own_key ? to_hex(*own_key) : ""}},
                        "joined the group " + printable(name));
}

void MemberProgram::list_when_settled() {
  if (const auto next = list_wait_->next(steady_now(), connector_.offer_count())) {
    list_timer_.expires_at(to_timer_time(*next));
    list_timer_.async_wait([this](const asio::error_code& error) {
      if (!error) list_when_settled();
    });
    return;
  }
  if (!process_.output().as_json()) process_.output().say({}, paths_table());
  listed_ = true;
  process_.stop(kExitOk);
}

void MemberProgram::on_join_failed(GroupNumber group, JoinFailure failure) {
  if (const auto why = group_.on_refused(group, failure)) fail(kExitJoinRefused, *why);
}

}  // namespace

int run_member(const ConnectOptions& options) { return MemberProgram(options).run(); }

}  // namespace ngcshare
