#include "bot/program/online_process.h"

#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/units.h"
#include "bot/process/descriptors.h"
#include "bot/process/forced_exit.h"
#include "bot/process/scheduling.h"
#include "bot/process/signals.h"
#include "bot/program/reload.h"
#include "bot/tox/toxcore_copy.h"
#include "protocol/wire/msg_id.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

ToxConfig with_profile(ToxConfig config, const DataFolder& folder, ProfileCipher& cipher) {
  config.savedata = cipher.open(folder.load_profile());
  return config;
}

PeerSession::Config session_config(const CommonOptions& options) {
  PeerSession::Config config;
  config.capabilities = kCapMulti | kCapWindow | kCapFragment;
  if (options.link) config.capabilities |= kLinkCapabilities;
  config.congestion = options.congestion;
  return config;
}

}  // namespace

OnlineProcess::OnlineProcess(const CommonOptions& options, const Delays& delays)
    : options_(options),
      delays_(delays),
      output_(options.json),
      streams_(output_.lost_line(), lost_log_line()),
      folder_(options.data_dir, options.new_start ? NewStart::kMeant : NewStart::kNotMeant),
      cipher_(options.passphrase),
      node_(with_profile(options.tox, folder_, cipher_), *this),
      hub_(loop_, entropy_, session_config(options)),
      peers_(node_, hub_),
      bootstrapper_(loop_, node_, options.bootstrap, !options.tox.proxy),
      driver_(loop_, node_, [this] { hub_.pump(); }),
      reader_(loop_, STDOUT_FILENO,
              [this] {
                log_error("output.closed", "ending: nobody reads the output any more");
                stop(kExitFailure);
              }),
      signals_(loop_, SIGTERM),
      hangups_(loop_),
      bootstrap_(options.bootstrap),
      log_level_(options.log_level),
      stop_timer_(loop_),
      save_timer_(loop_),
      periodic_save_timer_(loop_),
      held_back_timer_(loop_) {
  if (!is_ignored(SIGINT)) signals_.add(SIGINT);
  if (!is_ignored(SIGHUP)) hangups_.add(SIGHUP);
  if (const ToxcoreCopy copy = linked_toxcore(); !copy.is_safe()) {
    log_warn("toxcore.old",
             "toxcore {version} has a fault with which a stranger's packet may take over this "
             "program ({fault}); it runs because of --insecure-toxcore",
             Field{"version", copy.version}, Field{"fault", kToxcoreFault});
  }
  hub_.watch_for_copies(EpochSeal(node_.derive_secret("epochs")), [this] { warn_of_copy(); });
  hub_.descriptors().set_limit(descriptors_for_connections(descriptor_limit()));
  node_.set_nick(options.nick);
  save_now();
}

OnlineProcess::~OnlineProcess() = default;

// -- another process with the same keys ---------------------------------------------------

std::string OnlineProcess::copy_warning() const {
  const size_t witnesses = hub_.copy_witnesses();
  if (witnesses == 0) return "";
  return "a copy of this data folder runs elsewhere, as " + counted(witnesses, "peer") +
         (witnesses == 1 ? " shows" : " show") +
         ": the two disturb each other; end one of them, and give it a folder of its own";
}

void OnlineProcess::warn_of_copy() {
  const std::string warning = copy_warning();
  log_error("identity.copied", "{problem}", Field{"problem", warning});
  output_.say({{"event", "copied"}, {"problem", warning}}, "");
}

int OnlineProcess::run(const std::function<void()>& farewell) {
  ask_for_short_turns();
  wait_for_signals();
  wait_for_hangup();
  write_held_back_now_and_then();
  bootstrapper_.start();
  driver_.start();
  save_now_and_then();
  run_loop();

  signals_.clear();
  end_at_once_on_signals();
  farewell();
  hub_.shut_down();
  driver_.stop();
  bootstrapper_.stop();
  node_.iterate();  // sends what the farewell has queued
  save_now();
  write_held_back_log();
  streams_.flush();
  end_within(kTidyUpTime, exit_code_);
  return exit_code_;
}

void OnlineProcess::wait_for_signals() {
  signals_.async_wait([this](const asio::error_code& error, int /*signal*/) {
    if (error) return;
    log_info("program.ending", "ending: {reason}", Field{"reason", "a signal"});
    end_within(kFarewellTime, kExitOk);
    stop(kExitOk);
  });
}

void OnlineProcess::run_loop() {
  while (!stopping_) {
    try {
      loop_.run();
      return;
    } catch (const storage::StorageError& error) {
      if (disk_fault_.met(steady_now())) {
        log_error("storage.failed", "something could not be stored: {error}",
                  Field{"error", error.what()});
      }
    } catch (const std::exception& error) {
      log_error("program.failed", "ending because of an unexpected error: {error}",
                Field{"error", error.what()});
      stop(kExitFailure);
    }
  }
}

void OnlineProcess::write_held_back_now_and_then() {
  held_back_timer_.expires_after(kHeldBackInterval);
  held_back_timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    write_held_back_log();
    write_held_back_now_and_then();
  });
}

// -- the configuration, read again --------------------------------------------------------

void OnlineProcess::wait_for_hangup() {
  hangups_.async_wait([this](const asio::error_code& error, int /*signal*/) {
    if (error) return;
    if (terminal_.has_gone()) return stop(kExitOk);
    if (listener_ != nullptr) listener_->on_reloading();
    try {
      reload();
    } catch (const storage::StorageError& problem) {
      log_error("configuration.partly", "the configuration is only partly in effect: {error}",
                Field{"error", problem.what()});
    }
    if (listener_ != nullptr) listener_->on_reloaded();
    wait_for_hangup();
  });
}

void OnlineProcess::reload() {
  const Reread again = read_again(options_.source, process_environment());
  for (const std::string& problem : again.problems.errors())
    log_error("configuration.wrong", "{problem}", Field{"problem", problem});
  if (!again.problems.empty()) {
    log_error("configuration.kept", "the configuration stays as it was");
    output_.say({{"event", "reload"}, {"problems", again.problems.errors()}}, "");
    return;
  }
  for (const std::string& warning : again.problems.warnings())
    log_warn("configuration.doubtful", "{problem}", Field{"problem", warning});
  for (const std::string& flag : again.waiting) {
    log_warn("configuration.waiting", "{variable} has changed; it takes effect at the next start",
             Field{"variable", environment_name(flag)});
  }
  const std::vector<std::string> applied = apply(again.options);
  std::string text;
  for (const std::string& change : applied) text += (text.empty() ? "" : ", ") + change;
  log_info("configuration.read", "configuration read again: {applied}",
           Field{"applied", text.empty() ? "nothing to change" : text});
  output_.say({{"event", "reload"}, {"applied", applied}, {"waiting", again.waiting}}, "");
}

// Returns the names of the changed settings.
std::vector<std::string> OnlineProcess::apply(const Options& options) {
  const CommonOptions& common = common_of(options);
  std::vector<std::string> applied;
  if (listener_ != nullptr) applied = listener_->on_reload(options);
  if (bootstrap_ != common.bootstrap) {
    bootstrap_ = common.bootstrap;
    bootstrapper_.replace(bootstrap_);
    applied.push_back("boot nodes (" + std::to_string(bootstrap_.size()) + ")");
  }
  if (log_level_ != common.log_level) {
    log_level_ = common.log_level;
    set_log_level(log_level_);
    applied.push_back("--log-level " + log_level_);
  }
  return applied;
}

// -- ending -------------------------------------------------------------------------------

void OnlineProcess::stop(int exit_code) {
  if (stopping_) return;
  stopping_ = true;
  exit_code_ = exit_code;
  loop_.stop();
}

void OnlineProcess::write_all_output() { streams_.flush_output(); }

void OnlineProcess::stop_soon(int exit_code) {
  stop_timer_.expires_after(delays_.stop);
  stop_timer_.async_wait([this, exit_code](const asio::error_code& error) {
    if (!error) stop(exit_code);
  });
}

void OnlineProcess::save_now() {
  save_pending_ = false;
  folder_.save_profile(cipher_.seal(node_.savedata()));
}

void OnlineProcess::save_soon() {
  if (std::exchange(save_pending_, true)) return;
  save_timer_.expires_after(delays_.save);
  save_timer_.async_wait([this](const asio::error_code& error) {
    if (!error) try_to_save();
  });
}

void OnlineProcess::try_to_save() {
  try {
    save_now();
    if (disk_fault_.over()) {
      log_info("storage.works", "{what} can be stored again", Field{"what", "the profile"});
    }
  } catch (const storage::StorageError& problem) {  // tried again at the next occasion
    if (!disk_fault_.met(steady_now())) return;
    log_error("profile.not_saved", "{error}", Field{"error", problem.what()});
  }
}

void OnlineProcess::save_now_and_then() {
  periodic_save_timer_.expires_after(delays_.periodic);
  periodic_save_timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    save_soon();
    save_now_and_then();
  });
}

// -- toxcore's events -------------------------------------------------------------------

void OnlineProcess::on_connection(NetworkConnection connection) {
  log_info("network", "connection to the Tox network: {connection}",
           Field{"connection", connection == NetworkConnection::kUdp   ? "UDP"
                               : connection == NetworkConnection::kTcp ? "TCP relay"
                                                                       : "none"});
  bootstrapper_.on_connection(connection);
  driver_.expect_new_sockets();
  if (listener_ != nullptr) listener_->on_connection(connection);
}

void OnlineProcess::on_self_join(GroupNumber group) {
  save_soon();
  if (listener_ != nullptr) listener_->on_group_joined(group);
}

void OnlineProcess::on_join_failed(GroupNumber group, JoinFailure failure) {
  if (listener_ != nullptr) listener_->on_join_failed(group, failure);
}

void OnlineProcess::on_peer_join(GroupNumber group, PeerNumber peer) {
  driver_.expect_new_sockets();
  peers_.on_peer_join(group, peer);
  save_soon();
  const auto person = peers_.who_is(group, peer);
  if (person && listener_ != nullptr) listener_->on_person(*person);
}

void OnlineProcess::on_peer_name(GroupNumber group, PeerNumber peer, const std::string& nick) {
  auto person = peers_.who_is(group, peer);
  if (!person || listener_ == nullptr) return;
  person->nick = nick;
  listener_->on_person(*person);
}

void OnlineProcess::on_peer_exit(GroupNumber group, PeerNumber peer, bool for_good) {
  peers_.on_peer_exit(group, peer, for_good);
}

void OnlineProcess::on_chat_line(GroupNumber group, PeerNumber peer, const ChatLine& line) {
  const auto speaker = peers_.who_is(group, peer);
  if (speaker && listener_ != nullptr) listener_->on_chat_line(*speaker, line);
}

void OnlineProcess::on_friend_online(const Key& friend_key) {
  if (listener_ != nullptr) listener_->on_friend_online(friend_key);
}

void OnlineProcess::on_friend_offline(const Key& friend_key) {
  if (listener_ != nullptr) listener_->on_friend_offline(friend_key);
}

void OnlineProcess::on_friend_request(const Key& stranger, Bytes message) {
  if (listener_ != nullptr) listener_->on_friend_request(stranger, message);
}

void OnlineProcess::on_group_invite(const Key& friend_key, Bytes invite) {
  if (listener_ != nullptr) listener_->on_group_invite(friend_key, invite);
}

}  // namespace ngcshare
