// An OnlineProcess with a real toxcore that reaches nobody: it has neither UDP nor boot nodes.
#pragma once

#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bot/base/log.h"
#include "bot/program/online_process.h"
#include "storage/files/error.h"
#include "tests/bot/options/options_helpers.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare::test {

using Texts = std::vector<std::string>;

inline constexpr OnlineProcess::Delays kNoDelay{
    std::chrono::milliseconds(0), std::chrono::milliseconds(0), std::chrono::hours(1)};

// run() leaves handlers for the last seconds of a process, and an alarm that ends it.
class ProcessState {
 public:
  ProcessState() {
    for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], nullptr, &before_[i]);
  }
  ~ProcessState() {
    ::alarm(0);
    for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
  }

 private:
  static constexpr std::array<int, 4> kSignals{SIGINT, SIGTERM, SIGHUP, SIGALRM};
  std::array<struct sigaction, kSignals.size()> before_{};
};

// Counts how often a file of a folder was replaced.
class Replacements {
 public:
  explicit Replacements(const std::filesystem::path& path)
      : name_(path.filename()), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    EXPECT_GE(::inotify_add_watch(inotify_, path.parent_path().c_str(), IN_MOVED_TO), 0);
  }
  ~Replacements() { ::close(inotify_); }
  Replacements(const Replacements&) = delete;
  Replacements& operator=(const Replacements&) = delete;

  int count() {
    alignas(inotify_event) std::array<char, 4096> bytes;
    ssize_t size = 0;
    while ((size = ::read(inotify_, bytes.data(), bytes.size())) > 0) {
      for (ssize_t at = 0; at < size;) {
        inotify_event event{};
        std::memcpy(&event, bytes.data() + at, sizeof(event));
        if (name_ == bytes.data() + at + sizeof(event)) ++count_;
        at += static_cast<ssize_t>(sizeof(event) + event.len);
      }
    }
    return count_;
  }

 private:
  std::string name_;
  int inotify_;
  int count_ = 0;
};

// Records the calls about reloads.
class ReloadListener : public OnlineListener {
 public:
  std::vector<std::string> on_reload(const Options& options) override {
    told.push_back("reload " + common_of(options).log_level);
    if (failing) throw storage::StorageError(storage::StorageError::Kind::kFull, "x", "full", "y");
    return {"something"};
  }
  void on_reloading() override { told.emplace_back("reloading"); }
  void on_reloaded() override { told.emplace_back("reloaded"); }

  bool failing = false;
  Texts told;
};

class OnlineProcessRig : public testing::Test {
 protected:
  OnlineProcessRig() { start_log("info", false); }
  ~OnlineProcessRig() override { start_log("off", false); }

  // Makes a program that was started with `env_file` as the content of --env-file.
  void start(const std::string& env_file = "", const OnlineProcess::Delays& delays = kNoDelay) {
    const Options options = parse(
        {"node", "--no-udp", "--no-local-discovery", "--no-default-bootstrap", "--json",
         "--data-dir", (folder_ / "data").string(), "--env-file", folder_.file("env", env_file)});
    process_ = std::make_unique<OnlineProcess>(common_of(options), delays);
    process_->set_listener(&listener_);
  }
  // Runs the program to its end. Ends it, and fails the test, after ten seconds.
  int run() {
    asio::steady_timer limit(process_->loop(), std::chrono::seconds(10));
    limit.async_wait([this](const asio::error_code& error) {
      if (error) return;
      ADD_FAILURE() << "the program does not end";
      process_->stop(kExitFailure);
    });
    const int code = process_->run([this] { ++farewells_; });
    seconds_left_ = ::alarm(0);  // on a busy machine the test may take longer
    return code;
  }
  // Runs `action` from the loop, once that runs.
  template <typename Action>
  void in_loop(Action action) {
    asio::post(process_->loop(), action);
  }
  // Runs the program until `holds` gives true, which is asked in every turn of the loop. Calls
  // `each_turn` after that. Returns false if the program had to be ended.
  template <typename Condition, typename Action>
  bool run_until(const Condition& holds, const Action& each_turn) {
    bool held = false;
    const std::function<void()> turn = [&] {
      held = holds();
      if (held) return process_->stop(kExitOk);
      each_turn();
      in_loop(turn);
    };
    in_loop(turn);
    run();
    return held;
  }
  template <typename Condition>
  bool run_until(const Condition& holds) {
    return run_until(holds, [] {});
  }
  // Raises SIGHUP with another content of --env-file, and runs until it has been read. Returns the
  // standard output.
  std::string reload_with(const std::string& env_file) {
    folder_.file("env", env_file);
    listener_.told.clear();
    testing::internal::CaptureStdout();
    in_loop([] { std::raise(SIGHUP); });
    EXPECT_TRUE(run_until(
        [this] { return !listener_.told.empty() && listener_.told.back() == "reloaded"; }));
    return testing::internal::GetCapturedStdout();
  }
  static int times_logged(const std::string& event) {
    int times = 0;
    for (const LogEntry& entry : recent_log()) times += entry.event == event ? 1 : 0;
    return times;
  }
  static bool was_logged(const std::string& event) { return times_logged(event) > 0; }
  std::filesystem::path profile() const { return folder_ / "data" / kProfileFile; }

  ProcessState state_before_;  // restored at the end
  TemporaryFolder folder_;
  ReloadListener listener_;
  std::unique_ptr<OnlineProcess> process_;
  int farewells_ = 0;
  unsigned seconds_left_ = 0;  // that run() gave the process for its end
};

}  // namespace ngcshare::test
