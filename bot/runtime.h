// What every subcommand that goes online stands on: event loop, data folder, Tox node, boot nodes,
// peers, signals and saving. The subcommand listens and adds its part.
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "bot/bootstrapper.h"
#include "bot/data_folder.h"
#include "bot/exit_codes.h"
#include "bot/options.h"
#include "bot/profile_cipher.h"
#include "bot/report.h"
#include "bot/session_hub.h"
#include "bot/system_entropy.h"
#include "bot/terminal_watch.h"
#include "bot/tox_driver.h"

namespace ngcshare {

// What a subcommand hears of. Called from inside an iteration of toxcore.
class RuntimeListener {
 public:
  virtual ~RuntimeListener() = default;
  virtual void on_connection(Connection /*connection*/) {}
  virtual void on_group_joined(GroupNumber /*group*/) {}
  virtual void on_join_failed(GroupNumber /*group*/, JoinFailure /*failure*/) {}
  virtual void on_friend_online(const Key& /*friend_key*/) {}
  virtual void on_group_invite(const Key& /*friend_key*/, Bytes /*invite*/) {}
  // Somebody has joined a group, is back or bears another nickname.
  virtual void on_person(GroupNumber /*group*/, PeerNumber /*peer*/, const std::string& /*nick*/) {}
  virtual void on_message(GroupNumber /*group*/, PeerNumber /*peer*/, bool /*is_private*/,
                          const std::string& /*text*/) {}
  // The configuration was read again and is good: what was changed by it, for the log. Not from
  // inside toxcore. Throws StorageError.
  virtual std::vector<std::string> on_reload(const Options& /*options*/) { return {}; }
  // Before the configuration is read again, and when that is over, however it went.
  virtual void on_reloading() {}
  virtual void on_reloaded() {}
};

class Runtime : private ToxEvents {
 public:
  struct Delays {
    std::chrono::milliseconds save{3000};        // from save_soon() to the write
    std::chrono::milliseconds stop{500};         // from stop_soon() to the end
    std::chrono::milliseconds periodic{600000};  // between saves without any reason
  };

  // Throws StorageError, ToxError.
  explicit Runtime(const CommonOptions& options) : Runtime(options, Delays()) {}
  Runtime(const CommonOptions& options, const Delays& delays);
  ~Runtime() override;

  void set_listener(RuntimeListener* listener) { listener_ = listener; }

  // Runs until stop() or a signal; the exit code. `farewell` runs before peers are told. Afterwards
  // the process has a few seconds left; a second signal ends it at once. SIGHUP reads the
  // configuration again, or ends it when it comes from a terminal that was closed.
  int run(const std::function<void()>& farewell);
  // Ends run() with this code. The first call counts.
  void stop(int exit_code);
  // The same a moment later, when what was just said is on its way.
  void stop_soon(int exit_code);
  // Writes the profile soon; many calls make one write.
  void save_soon();

  asio::io_context& loop() { return loop_; }
  DataFolder& folder() { return folder_; }
  ToxNode& node() { return node_; }
  SessionHub& hub() { return hub_; }
  Entropy& entropy() { return entropy_; }
  const Report& report() const { return report_; }
  const CommonOptions& options() const { return options_; }

 private:
  // ToxEvents
  void on_connection(Connection connection) override;
  void on_self_join(GroupNumber group) override;
  void on_join_failed(GroupNumber group, JoinFailure failure) override;
  void on_peer_join(GroupNumber group, PeerNumber peer) override;
  void on_peer_name(GroupNumber group, PeerNumber peer, const std::string& nick) override;
  void on_peer_exit(GroupNumber group, PeerNumber peer, bool for_good) override;
  void on_group_message(GroupNumber group, PeerNumber peer, const std::string& text) override;
  void on_private_message(GroupNumber group, PeerNumber peer, const std::string& text) override;
  void on_friend_online(const Key& friend_key) override;
  void on_group_invite(const Key& friend_key, Bytes invite) override;
  void on_custom_packet(GroupNumber group, PeerNumber peer, bool is_public, Bytes packet) override;

  void wait_for_hangup();
  void reload();
  std::vector<std::string> apply(const Options& options);

  void save_now();
  void save_now_and_then();

  static constexpr std::chrono::seconds kTidyUpTime{3};

  const CommonOptions options_;
  const Delays delays_;
  asio::io_context loop_{1};
  DataFolder folder_;
  SystemEntropy entropy_;
  ProfileCipher cipher_;
  ToxNode node_;
  SessionHub hub_;
  Bootstrapper bootstrapper_;
  ToxDriver driver_;
  Report report_;
  asio::signal_set signals_;
  asio::signal_set hangups_;
  const TerminalWatch terminal_;
  std::vector<BootstrapNode> bootstrap_;  // those that count now
  std::string log_level_;                 // and the level
  asio::steady_timer stop_timer_;
  asio::steady_timer save_timer_;
  asio::steady_timer periodic_save_timer_;
  RuntimeListener* listener_ = nullptr;
  bool save_pending_ = false;
  bool stopping_ = false;
  int exit_code_ = kExitOk;
};

}  // namespace ngcshare
