// SIGHUP: the configuration is read again, or the terminal has gone.
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/bot/program/online_process_rig.h"

namespace ngcshare {
namespace {

using test::Texts;

class OnlineProcessReload : public test::OnlineProcessRig {};

TEST_F(OnlineProcessReload, AppliesAGoodConfiguration) {
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

TEST_F(OnlineProcessReload, KeepsTheConfigurationWhenTheNewOneIsWrong) {
  start("NGCSHARE_LOG_LEVEL=info\n");
  const auto event = nlohmann::json::parse(
      reload_with("NGCSHARE_LOG_LEVEL=debug\nNGCSHARE_UDP_PORT=70000\nnonsense\n"));
  EXPECT_EQ(event.at("event"), "reload");
  EXPECT_EQ(event.at("problems").size(), 2U);
  EXPECT_EQ(listener_.told, (Texts{"reloading", "reloaded"}));
  EXPECT_EQ(spdlog::get_level(), spdlog::level::info);
  EXPECT_TRUE(was_logged("configuration.kept"));
}

TEST_F(OnlineProcessReload, OutlivesAConfigurationThatCannotBeStored) {
  start();
  listener_.failing = true;
  EXPECT_EQ(reload_with(""), "");
  EXPECT_EQ(listener_.told, (Texts{"reloading", "reload warn", "reloaded"}));
  EXPECT_TRUE(was_logged("configuration.partly"));
}

TEST_F(OnlineProcessReload, ReadsTheConfigurationOnEveryHangup) {
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

TEST_F(OnlineProcessReload, AsksNewBootNodesAtOnce) {
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

TEST_F(OnlineProcessReload, AHangupOfTheTerminalEndsIt) {
  InputTerminal terminal;
  start();
  in_loop([&] {
    terminal.hang_up();
    std::raise(SIGHUP);
  });
  EXPECT_EQ(run(), kExitOk);
  EXPECT_TRUE(listener_.told.empty());
}

TEST_F(OnlineProcessReload, AHangupWithATerminalThatIsStillThereReadsTheConfiguration) {
  const InputTerminal terminal;
  start();
  reload_with("");
  EXPECT_EQ(listener_.told, (Texts{"reloading", "reload warn", "reloaded"}));
}

}  // namespace
}  // namespace ngcshare
