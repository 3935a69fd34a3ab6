// The common part of all subcommands that go online: event loop, data folder, Tox node, boot nodes,
// peers, signals and saving. The subcommand adds its part as the listener.
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "bot/base/exit_codes.h"
#include "bot/base/output.h"
#include "bot/base/recurring_fault.h"
#include "bot/base/standard_streams.h"
#include "bot/base/system_entropy.h"
#include "bot/options/options.h"
#include "bot/peers/group_peers.h"
#include "bot/peers/session_hub.h"
#include "bot/process/reader_watch.h"
#include "bot/process/terminal_hangup.h"
#include "bot/tox/bootstrapper.h"
#include "bot/tox/driver.h"
#include "bot/tox/profile_cipher.h"
#include "storage/folder/data_folder.h"

namespace ngcshare {

// Called from inside an iteration of toxcore, except where said otherwise.
class OnlineListener {
 public:
  virtual ~OnlineListener() = default;
  virtual void on_connection(NetworkConnection /*connection*/) {}
  virtual void on_group_joined(GroupNumber /*group*/) {}
  virtual void on_join_failed(GroupNumber /*group*/, JoinFailure /*failure*/) {}
  virtual void on_friend_online(const Key& /*friend_key*/) {}
  virtual void on_friend_offline(const Key& /*friend_key*/) {}
  virtual void on_friend_request(const Key& /*stranger*/, Bytes /*message*/) {}
  virtual void on_group_invite(const Key& /*friend_key*/, Bytes /*invite*/) {}
  // Somebody has joined a group, is back or has changed the nickname.
  virtual void on_person(const PresentPerson& /*person*/) {}
  virtual void on_chat_line(const PresentPerson& /*speaker*/, const ChatLine& /*line*/) {}
  // The configuration was read again and is valid. Returns what was changed by it, for the log. Not
  // called from inside toxcore. Throws StorageError.
  virtual std::vector<std::string> on_reload(const Options& /*options*/) { return {}; }
  // Called before and after reading the configuration again, also if that fails.
  virtual void on_reloading() {}
  virtual void on_reloaded() {}
};

class OnlineProcess : private ToxEvents {
 public:
  struct Delays {
    std::chrono::milliseconds save{3000};        // from save_soon() to the write
    std::chrono::milliseconds stop{500};         // from stop_soon() to the end
    std::chrono::milliseconds periodic{600000};  // between saves without any reason
  };

  // Throws StorageError, ToxError.
  explicit OnlineProcess(const CommonOptions& options) : OnlineProcess(options, Delays()) {}
  OnlineProcess(const CommonOptions& options, const Delays& delays);
  ~OnlineProcess() override;

  void set_listener(OnlineListener* listener) { listener_ = listener; }

  // Runs until stop() or a signal and returns the exit code. `farewell` runs before the peers are
  // told. After a signal the process has kFarewellTime left, after the return kTidyUpTime; a second
  // signal ends it at once.
  // SIGHUP reads the configuration again, or ends the process if its terminal was closed. Signals
  // that were ignored at the start stay ignored. An exception that reaches the loop is logged; it
  // ends the process in order, unless it is a StorageError: open connections need no disk.
  int run(const std::function<void()>& farewell);
  // Ends run() with this code. Only the first call has an effect.
  void stop(int exit_code);
  // Waits until standard output is written, however long its reader takes. To be called from a
  // farewell, when signals end the process.
  void write_all_output();
  // As stop(), but after delays.stop, so that an answer can still be sent.
  void stop_soon(int exit_code);
  // Returns that another process uses this one's keys, for a person, or "" if no peer says so.
  std::string copy_warning() const;
  // Writes the profile soon; many calls make one write.
  void save_soon();
  // Writes the profile. Logs a failure; the next save tries again.
  void try_to_save();
  // Writes the profile. Throws StorageError.
  void save_now();

  asio::io_context& loop() { return loop_; }
  DataFolder& folder() { return folder_; }
  ToxNode& node() { return node_; }
  const ToxNode& node() const { return node_; }
  SessionHub& hub() { return hub_; }
  GroupPeers& peers() { return peers_; }
  Entropy& entropy() { return entropy_; }
  const Output& output() const { return output_; }
  const CommonOptions& options() const { return options_; }
  // Returns the boot nodes as configured now.
  const std::vector<BootstrapNode>& boot_nodes() const { return bootstrap_; }

 private:
  // ToxEvents
  void on_connection(NetworkConnection connection) override;
  void on_self_join(GroupNumber group) override;
  void on_join_failed(GroupNumber group, JoinFailure failure) override;
  void on_peer_join(GroupNumber group, PeerNumber peer) override;
  void on_peer_name(GroupNumber group, PeerNumber peer, const std::string& nick) override;
  void on_peer_exit(GroupNumber group, PeerNumber peer, bool for_good) override;
  void on_chat_line(GroupNumber group, PeerNumber peer, const ChatLine& line) override;
  void on_friend_online(const Key& friend_key) override;
  void on_friend_offline(const Key& friend_key) override;
  void on_friend_request(const Key& stranger, Bytes message) override;
  void on_group_invite(const Key& friend_key, Bytes invite) override;

  void wait_for_signals();
  void run_loop();
  void write_held_back_now_and_then();
  void wait_for_hangup();
  void reload();
  std::vector<std::string> apply(const Options& options);

  void warn_of_copy();
  void save_now_and_then();

  // Together less than service managers and Docker wait: a disk may take its time.
  static constexpr std::chrono::seconds kFarewellTime{6};
  static constexpr std::chrono::seconds kTidyUpTime{3};

  const CommonOptions options_;
  const Delays delays_;
  Output output_;
  BackgroundStreams streams_;
  asio::io_context loop_{1};
  DataFolder folder_;
  SystemEntropy entropy_;
  ProfileCipher cipher_;
  ToxNode node_;
  SessionHub hub_;
  GroupPeers peers_;
  Bootstrapper bootstrapper_;
  ToxDriver driver_;
  ReaderWatch reader_;
  asio::signal_set signals_;
  asio::signal_set hangups_;
  const TerminalHangup terminal_;
  std::vector<BootstrapNode> bootstrap_;  // as configured now
  std::string log_level_;                 // as configured now
  asio::steady_timer stop_timer_;
  asio::steady_timer save_timer_;
  asio::steady_timer periodic_save_timer_;
  asio::steady_timer held_back_timer_;
  RecurringFault disk_fault_;
  OnlineListener* listener_ = nullptr;
  bool save_pending_ = false;
  bool stopping_ = false;
  int exit_code_ = kExitOk;
};

}  // namespace ngcshare
