#include "bot/process/systemd_notify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/bot/process/notify_rig.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using std::chrono::microseconds;
using test::NotifySocket;

TEST(SystemdNotify, TellsTheSocketInTheEnvironment) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "notify";
  NotifySocket manager(path);
  const SystemdNotify notify(Environment({{"NOTIFY_SOCKET", path}}));
  ASSERT_TRUE(notify.active());
  EXPECT_EQ(manager.next(), "");
  notify.ready();
  EXPECT_EQ(manager.next(), "READY=1");
  notify.status("1 group");
  EXPECT_EQ(manager.next(), "STATUS=1 group");
  notify.alive();
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  notify.stopping();
  EXPECT_EQ(manager.next(), "STOPPING=1");
  EXPECT_EQ(manager.next(), "");
}

TEST(SystemdNotify, SaysWhenAReloadBegan) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "notify";
  NotifySocket manager(path);
  SystemdNotify(Environment({{"NOTIFY_SOCKET", path}})).reloading();
  const std::string message = manager.next();
  const std::string expected = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(message.starts_with(expected)) << message;
  const std::string digits = message.substr(expected.size());
  EXPECT_FALSE(digits.empty());
  EXPECT_EQ(digits.find_first_not_of("0123456789"), std::string::npos) << message;
}

TEST(SystemdNotify, KnowsAbstractSockets) {
  const std::string name = "@ngcshare-test-" + std::to_string(::getpid());
  NotifySocket manager(name);
  const SystemdNotify notify(Environment({{"NOTIFY_SOCKET", name}}));
  notify.ready();
  EXPECT_EQ(manager.next(), "READY=1");
}

TEST(SystemdNotify, IsSilentWithoutAManager) {
  const test::TemporaryFolder folder;
  const std::string long_path = "/" + std::string(107, 'a');
  for (const std::string& name : {std::string(), (folder / "missing").string(), std::string("name"),
                                  std::string("vsock:2:1234"), long_path}) {
    const SystemdNotify notify(
        Environment({{"NOTIFY_SOCKET", name}, {"WATCHDOG_USEC", "1000000"}}));
    EXPECT_FALSE(notify.active()) << name;
    EXPECT_FALSE(notify.alive_interval()) << name;
    notify.ready();
  }
  EXPECT_FALSE(SystemdNotify(Environment({})).active());
}

TEST(SystemdNotify, OutlivesAManagerThatIsGone) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "notify";
  auto manager = std::make_unique<NotifySocket>(path);
  const SystemdNotify notify(Environment({{"NOTIFY_SOCKET", path}}));
  manager.reset();
  notify.ready();
  notify.stopping();
}

struct Watched {
  const char* usec;
  std::string pid;
  std::optional<microseconds> expected;
};

TEST(SystemdNotify, IsAliveTwiceInTheTimeThatTheWatchdogWaits) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "notify";
  const NotifySocket manager(path);
  const Watched kRows[] = {
      {"30000000", "", microseconds(15'000'000)},
      {"30000000", std::to_string(::getpid()), microseconds(15'000'000)},
      {"30000000", std::to_string(::getpid() + 1), std::nullopt},
      {"30000000", "?", std::nullopt},
      {"", "", std::nullopt},
      {"0", "", std::nullopt},
      {"1", "", std::nullopt},
      {"-5", "", std::nullopt},
      {"5 s", "", std::nullopt},
  };
  for (const Watched& row : kRows) {
    const SystemdNotify notify(Environment(
        {{"NOTIFY_SOCKET", path}, {"WATCHDOG_USEC", row.usec}, {"WATCHDOG_PID", row.pid}}));
    EXPECT_EQ(notify.alive_interval(), row.expected) << row.usec << " " << row.pid;
  }
}

}  // namespace
}  // namespace ngcshare
