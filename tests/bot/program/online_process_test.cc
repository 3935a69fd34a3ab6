// How a program ends, and when its profile is saved.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/bot/program/online_process_rig.h"
#include "tests/support/hub_rig.h"

namespace ngcshare {
namespace {

using std::chrono::milliseconds;

class RuntimeTest : public test::RuntimeRig {};

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
    const test::ProcessState process;
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

// The default action has no effect on the first process of a container.
TEST_F(RuntimeTest, DoesNotLeaveSignalsToTheirDefaultActionDuringTheFarewell) {
  start();
  runtime_->stop(kExitOk);
  runtime_->run([] {
    for (const int signal : {SIGTERM, SIGINT}) {
      struct sigaction action {};
      ASSERT_EQ(::sigaction(signal, nullptr, &action), 0);
      EXPECT_NE(action.sa_handler, SIG_DFL);
      EXPECT_NE(action.sa_handler, SIG_IGN);
    }
  });
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
  const auto record = std::make_shared<test::ContactRecord>();
  Peer& peer = runtime_->hub().join({test::key_of(1), test::key_of(2)}, Role::kUser,
                                    std::make_unique<test::RecordingContact>(record));
  PeerSession& session = *peer.session;
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
  test::Replacements saves(profile());
  for (int i = 0; i < 5; ++i) runtime_->save_soon();
  ASSERT_TRUE(run_until([&] { return saves.count() > 0; }));
  EXPECT_EQ(saves.count(), 2) << "and once at the end";
}

TEST_F(RuntimeTest, SavesAlthoughRequestsKeepComing) {
  start("", {milliseconds(20), milliseconds(0), std::chrono::hours(1)});
  test::Replacements saves(profile());
  EXPECT_TRUE(run_until([&] { return saves.count() > 0; }, [this] { runtime_->save_soon(); }));
}

TEST_F(RuntimeTest, SavesAgainAfterASave) {
  start();
  test::Replacements saves(profile());
  runtime_->save_soon();
  EXPECT_TRUE(run_until([&] { return saves.count() > 1; },
                        [&] {
                          if (saves.count() == 1) runtime_->save_soon();
                        }));
}

TEST_F(RuntimeTest, SavesNowAndThenWithoutBeingAsked) {
  start("", {milliseconds(0), milliseconds(0), milliseconds(1)});
  test::Replacements saves(profile());
  EXPECT_TRUE(run_until([&] { return saves.count() >= 3; }));
}

TEST_F(RuntimeTest, OutlivesASaveThatFailsAndTriesAgain) {
  start();
  std::filesystem::remove(profile());
  std::filesystem::create_directory(profile());  // can't be replaced by a file
  test::Replacements saves(profile());
  runtime_->save_soon();
  EXPECT_TRUE(run_until([&] { return saves.count() > 0; },
                        [&] {
                          if (!was_logged("profile.not_saved")) return;
                          std::filesystem::remove(profile());
                          runtime_->save_soon();
                        }));
  EXPECT_TRUE(was_logged("profile.not_saved"));
}

}  // namespace
}  // namespace ngcshare
