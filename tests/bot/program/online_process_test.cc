// The runtime of a program with a real toxcore that reaches nobody: it has neither UDP nor nodes.
#include "bot/program/online_process.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <asio/post.hpp>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "bot/base/log.h"
#include "storage/files/error.h"
#include "tests/bot/options/options_helpers.h"
#include "tests/support/keys.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using std::chrono::milliseconds;
using Texts = std::vector<std::string>;

constexpr Runtime::Delays kNoDelay{milliseconds(0), milliseconds(0), std::chrono::hours(1)};

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

// Records what it is told of reloads.
class ReloadListener : public RuntimeListener {
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

class RuntimeTest : public testing::Test {
 protected:
  RuntimeTest() { start_log("info", false); }
  ~RuntimeTest() override { start_log("off", false); }

  // A program started with what the file of --env-file says.
  void start(const std::string& env_file = "", const Runtime::Delays& delays = kNoDelay) {
    const Options options = test::parse(
        {"node", "--no-udp", "--no-local-discovery", "--no-default-bootstrap", "--json",
         "--data-dir", (folder_ / "data").string(), "--env-file", folder_.file("env", env_file)});
    runtime_ = std::make_unique<Runtime>(common_of(options), delays);
    runtime_->set_listener(&listener_);
  }
  int run() {
    return runtime_->run([this] { ++farewells_; });
  }
  // Does this from the loop once it runs.
  template <typename Action>
  void in_loop(Action action) {
    asio::post(runtime_->loop(), action);
  }
  // Runs the program until `holds` after a turn of the loop, or for ten seconds. `each_turn` is
  // called in every turn.
  template <typename Condition, typename Action>
  bool run_until(const Condition& holds, const Action& each_turn) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    bool held = false;
    const std::function<void()> turn = [&] {
      held = holds();
      if (held || std::chrono::steady_clock::now() > give_up) return runtime_->stop(kExitOk);
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
  // Sends itself SIGHUP with another file, and runs until that has had its effect. Returns what is
  // said on standard output.
  std::string reload_with(const std::string& env_file) {
    folder_.file("env", env_file);
    listener_.told.clear();
    testing::internal::CaptureStdout();
    in_loop([] { std::raise(SIGHUP); });
    EXPECT_TRUE(run_until(
        [this] { return !listener_.told.empty() && listener_.told.back() == "reloaded"; }));
    return testing::internal::GetCapturedStdout();
  }
  static bool was_logged(const std::string& event) {
    for (const LogEntry& entry : recent_log()) {
      if (entry.event == event) return true;
    }
    return false;
  }
  std::filesystem::path profile() const { return folder_ / "data" / kProfileFile; }

  ProcessState process_;
  test::TemporaryFolder folder_;
  ReloadListener listener_;
  std::unique_ptr<Runtime> runtime_;
  int farewells_ = 0;
};

// -- the end -------------------------------------------------------------------------------------

TEST_F(RuntimeTest, EndsWithTheCodeOfTheFirstStop) {
  start();
  in_loop([this] {
    runtime_->stop(kExitJoinRefused);
    runtime_->stop(kExitOk);
  });
  EXPECT_EQ(run(), kExitJoinRefused);
  EXPECT_EQ(farewells_, 1);
}

TEST_F(RuntimeTest, CanBeStoppedBeforeItRuns) {
  start();
  runtime_->stop(kExitPortInUse);
  EXPECT_EQ(run(), kExitPortInUse);
  EXPECT_EQ(farewells_, 1);
}

TEST_F(RuntimeTest, StopsSoonWithACode) {
  start();
  runtime_->stop_soon(kExitNoService);
  EXPECT_EQ(run(), kExitNoService);
}

TEST_F(RuntimeTest, AStopCountsBeforeOneThatIsToComeSoon) {
  start("", {milliseconds(0), std::chrono::hours(1), std::chrono::hours(1)});
  in_loop([this] {
    runtime_->stop_soon(kExitNoService);
    runtime_->stop(kExitJoinRefused);
  });
  EXPECT_EQ(run(), kExitJoinRefused);
}

TEST_F(RuntimeTest, EndsWithZeroOnSignals) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const ProcessState process;
    runtime_.reset();
    start();
    in_loop([signal] { std::raise(signal); });
    EXPECT_EQ(run(), kExitOk) << signal;
    EXPECT_TRUE(was_logged("program.ending"));
  }
  EXPECT_EQ(farewells_, 2);
}

TEST_F(RuntimeTest, ASignalDuringTheFarewellEndsTheProcess) {
  start();
  runtime_->stop(kExitOk);
  for (const int signal : {SIGTERM, SIGINT}) {
    EXPECT_EXIT(runtime_->run([signal] { std::raise(signal); }), testing::KilledBySignal(signal),
                "");
  }
}

TEST_F(RuntimeTest, LeavesTheProcessAFewSecondsAfterRunning) {
  start();
  runtime_->stop(kExitNoNetwork);
  run();
  const unsigned left = ::alarm(0);
  EXPECT_GT(left, 0U);
  EXPECT_LE(left, 3U);
  EXPECT_EXIT(std::raise(SIGALRM), testing::ExitedWithCode(kExitNoNetwork), "");
}

TEST_F(RuntimeTest, SaysFarewellBeforePeersAreToldOfTheEnd) {
  start();
  constexpr ServiceKey kService{1};
  runtime_->hub().welcome(0, 1, test::key_of(1), test::key_of(2), Role::kUser);
  PeerSession& session = *runtime_->hub().find(0, 1)->session;
  Offer offer;
  offer.name = "web";
  offer.suggested_port = 80;
  offer.transports = {true, false};
  session.offer(kService, offer, std::nullopt, false, runtime_->hub().now());
  ASSERT_NE(session.offered(kService), nullptr);
  runtime_->stop(kExitOk);
  bool offered_at_farewell = false;
  runtime_->run([&] { offered_at_farewell = session.offered(kService) != nullptr; });
  EXPECT_TRUE(offered_at_farewell);
  EXPECT_EQ(session.offered(kService), nullptr);
}

// -- the profile ---------------------------------------------------------------------------------

TEST_F(RuntimeTest, KeepsItsIdentity) {
  start();
  const std::string address = runtime_->node().address();
  runtime_->stop(kExitOk);
  run();
  runtime_.reset();
  start();
  EXPECT_EQ(runtime_->node().address(), address);
}

TEST_F(RuntimeTest, SavesOnceForManyRequests) {
  start();
  Replacements saves(profile());
  for (int i = 0; i < 5; ++i) runtime_->save_soon();
  ASSERT_TRUE(run_until([&] { return saves.count() > 0; }));
  EXPECT_EQ(saves.count(), 2) << "and once at the end";
}

TEST_F(RuntimeTest, SavesAlthoughRequestsKeepComing) {
  start("", {milliseconds(20), milliseconds(0), std::chrono::hours(1)});
  Replacements saves(profile());
  EXPECT_TRUE(run_until([&] { return saves.count() > 0; }, [this] { runtime_->save_soon(); }));
}

TEST_F(RuntimeTest, SavesAgainAfterASave) {
  start();
  Replacements saves(profile());
  runtime_->save_soon();
  EXPECT_TRUE(run_until([&] { return saves.count() > 1; },
                        [&] {
                          if (saves.count() == 1) runtime_->save_soon();
                        }));
}

TEST_F(RuntimeTest, SavesNowAndThenWithoutBeingAsked) {
  start("", {milliseconds(0), milliseconds(0), milliseconds(1)});
  Replacements saves(profile());
  EXPECT_TRUE(run_until([&] { return saves.count() >= 3; }));
}

TEST_F(RuntimeTest, OutlivesASaveThatFailsAndTriesAgain) {
  start();
  std::filesystem::remove(profile());
  std::filesystem::create_directory(profile());  // can't be replaced by a file
  Replacements saves(profile());
  runtime_->save_soon();
  EXPECT_TRUE(run_until([&] { return saves.count() > 0; },
                        [&] {
                          if (!was_logged("profile.not_saved")) return;
                          std::filesystem::remove(profile());
                          runtime_->save_soon();
                        }));
  EXPECT_TRUE(was_logged("profile.not_saved"));
}

// -- reading the configuration again -------------------------------------------------------------

TEST_F(RuntimeTest, AppliesAGoodConfiguration) {
  start("NGCSHARE_LOG_LEVEL=info\n");
  const std::string node = "127.0.0.1:9:" + std::string(64, 'A');
  const auto event = nlohmann::json::parse(reload_with(
      "NGCSHARE_LOG_LEVEL=debug\nNGCSHARE_NICK=other\nNGCSHARE_BOOTSTRAP=" + node + "\n"));
  EXPECT_EQ(event.at("event"), "reload");
  EXPECT_EQ(event.at("applied"), (Texts{"something", "boot nodes (1)", "--log-level debug"}));
  EXPECT_EQ(event.at("waiting"), Texts{"nick"});
  EXPECT_EQ(listener_.told, (Texts{"reloading", "reload debug", "reloaded"}));
  EXPECT_EQ(spdlog::get_level(), spdlog::level::debug);
  EXPECT_TRUE(was_logged("configuration.waiting"));
}

TEST_F(RuntimeTest, KeepsTheConfigurationWhenTheNewOneIsWrong) {
  start("NGCSHARE_LOG_LEVEL=info\n");
  const auto event = nlohmann::json::parse(
      reload_with("NGCSHARE_LOG_LEVEL=debug\nNGCSHARE_UDP_PORT=70000\nnonsense\n"));
  EXPECT_EQ(event.at("event"), "reload");
  EXPECT_EQ(event.at("problems").size(), 2U);
  EXPECT_EQ(listener_.told, (Texts{"reloading", "reloaded"}));
  EXPECT_EQ(spdlog::get_level(), spdlog::level::info);
  EXPECT_TRUE(was_logged("configuration.kept"));
}

TEST_F(RuntimeTest, OutlivesAConfigurationThatCannotBeStored) {
  start();
  listener_.failing = true;
  EXPECT_EQ(reload_with(""), "");
  EXPECT_EQ(listener_.told, (Texts{"reloading", "reload warn", "reloaded"}));
  EXPECT_TRUE(was_logged("configuration.partly"));
}

TEST_F(RuntimeTest, ReadsTheConfigurationOnEveryHangup) {
  start();
  size_t hangups = 0;
  EXPECT_TRUE(run_until([&] { return listener_.told.size() == 9; },
                        [&] {
                          if (listener_.told.size() == 3 * hangups && hangups < 3) {
                            ++hangups;
                            std::raise(SIGHUP);
                          }
                        }));
}

TEST_F(RuntimeTest, AsksNewBootNodesAtOnce) {
  start("NGCSHARE_LOG_LEVEL=debug\n");
  set_log_level("debug");
  folder_.file("env", "NGCSHARE_LOG_LEVEL=debug\nNGCSHARE_BOOTSTRAP=127.0.0.1:9:" +
                          std::string(64, 'A') + "\n");
  in_loop([] { std::raise(SIGHUP); });
  EXPECT_TRUE(run_until([] { return was_logged("boot.asked"); }));
}

// -- the terminal --------------------------------------------------------------------------------

// Standard input is a terminal while this lives.
class InputTerminal {
 public:
  InputTerminal() : before_(::dup(STDIN_FILENO)) {
    int terminal = -1;
    EXPECT_EQ(::openpty(&master_, &terminal, nullptr, nullptr, nullptr), 0);
    ::dup2(terminal, STDIN_FILENO);
    ::close(terminal);
  }
  ~InputTerminal() {
    hang_up();
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }
  InputTerminal(const InputTerminal&) = delete;
  InputTerminal& operator=(const InputTerminal&) = delete;

  void hang_up() {
    if (master_ >= 0) ::close(std::exchange(master_, -1));
  }

 private:
  int before_;
  int master_ = -1;
};

TEST_F(RuntimeTest, AHangupOfTheTerminalEndsIt) {
  InputTerminal terminal;
  start();
  in_loop([&] {
    terminal.hang_up();
    std::raise(SIGHUP);
  });
  EXPECT_EQ(run(), kExitOk);
  EXPECT_TRUE(listener_.told.empty());
}

TEST_F(RuntimeTest, AHangupWithATerminalThatIsStillThereReadsTheConfiguration) {
  const InputTerminal terminal;
  start();
  reload_with("");
  EXPECT_EQ(listener_.told, (Texts{"reloading", "reload warn", "reloaded"}));
}

}  // namespace
}  // namespace ngcshare
