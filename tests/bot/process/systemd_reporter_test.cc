#include "bot/process/systemd_reporter.h"

#include <gtest/gtest.h>

#include "tests/bot/process/notify_rig.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

class SystemdReporterTest : public testing::Test {
 protected:
  // Runs the loop until the next message comes, and returns it.
  std::string wait() {
    for (std::string message;;) {
      message = manager_.next();
      if (!message.empty()) return message;
      loop_.run_one();
    }
  }

  const test::TemporaryFolder folder_;
  const std::string path_ = folder_ / "notify";
  test::NotifySocket manager_{path_};
  asio::io_context loop_;
  std::string status_ = "1 group";
  SystemdReporter reporter_{loop_,
                            Environment({{"NOTIFY_SOCKET", path_}, {"WATCHDOG_USEC", "2000"}}),
                            [this] { return status_; }};
};

TEST_F(SystemdReporterTest, IsReadyOnceAndThenAliveFromTheLoop) {
  EXPECT_EQ(manager_.next(), "");
  reporter_.start();
  EXPECT_EQ(manager_.next(), "READY=1");
  EXPECT_EQ(manager_.next(), "STATUS=1 group");
  EXPECT_EQ(manager_.next(), "") << "the loop has not run";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wait(), "WATCHDOG=1");
}

TEST_F(SystemdReporterTest, TellsAStatusWhenItIsAnother) {
  reporter_.start();
  manager_.next();
  manager_.next();
  EXPECT_EQ(wait(), "WATCHDOG=1");
  status_ = "2 groups";
  EXPECT_EQ(wait(), "WATCHDOG=1");
  EXPECT_EQ(wait(), "STATUS=2 groups");
  EXPECT_EQ(wait(), "WATCHDOG=1");
}

TEST_F(SystemdReporterTest, IsSilentAfterItHasSaidThatItStops) {
  reporter_.start();
  manager_.next();
  manager_.next();
  reporter_.stop();
  EXPECT_EQ(manager_.next(), "STOPPING=1");
  loop_.run();  // comes to an end: nothing waits any more
  EXPECT_EQ(manager_.next(), "");
}

TEST_F(SystemdReporterTest, SaysWhenItReloads) {
  reporter_.notify_reloading();
  EXPECT_TRUE(manager_.next().starts_with("RELOADING=1\n"));
  reporter_.notify_ready();
  EXPECT_EQ(manager_.next(), "READY=1");
}

TEST(SystemdReporter, DoesNothingWithoutAManager) {
  asio::io_context loop;
  SystemdReporter reporter(loop, Environment({}), []() -> std::string {
    ADD_FAILURE() << "nobody asks";
    return "";
  });
  reporter.start();
  loop.run();  // comes to an end: nothing waits
}

}  // namespace
}  // namespace ngcshare
