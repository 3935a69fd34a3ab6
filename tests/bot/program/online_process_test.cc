// The end of an online process, and the times at which its profile is saved.

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

#include "tests/bot/program/online_process_rig.h"
#include "tests/support/hub_rig.h"

namespace ngcshare {
namespace {

using std::chrono::milliseconds;
using test::Texts;

class OnlineProcessTest : public test::OnlineProcessRig {};

// -- the end -------------------------------------------------------------------------------------

TEST_F(OnlineProcessTest, EndsWithTheCodeOfTheFirstStop) {
  start();
  in_loop([this] {
    process_->stop(kExitJoinRefused);
    process_->stop(kExitOk);
  });
  EXPECT_EQ(run(), kExitJoinRefused);
  EXPECT_EQ(farewells_, 1);
}

TEST_F(OnlineProcessTest, CanBeStoppedBeforeItRuns) {
  start();
  process_->stop(kExitPortInUse);
  EXPECT_EQ(run(), kExitPortInUse);
  EXPECT_EQ(farewells_, 1);
}

TEST_F(OnlineProcessTest, StopsSoonWithACode) {
  start();
  process_->stop_soon(kExitNoService);
  EXPECT_EQ(run(), kExitNoService);
}

TEST_F(OnlineProcessTest, AStopCountsBeforeOneThatIsToComeSoon) {
  start("", {milliseconds(0), std::chrono::hours(1), std::chrono::hours(1)});
  in_loop([this] {
    process_->stop_soon(kExitNoService);
    process_->stop(kExitJoinRefused);
  });
  EXPECT_EQ(run(), kExitJoinRefused);
}

TEST_F(OnlineProcessTest, EndsWithZeroOnSignals) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const test::ProcessState process;
    process_.reset();
    start();
    in_loop([signal] { std::raise(signal); });
    EXPECT_EQ(run(), kExitOk) << signal;
    EXPECT_TRUE(was_logged("program.ending"));
  }
  EXPECT_EQ(farewells_, 2);
}

// nohup ignores SIGHUP, and shells without job control SIGINT of background jobs.
TEST_F(OnlineProcessTest, SignalsThatWereIgnoredAtTheStartStayIgnored) {
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGINT, SIG_IGN);
  start();
  in_loop([this] {
    std::raise(SIGHUP);
    std::raise(SIGINT);
    in_loop([this] { process_->stop(kExitNoService); });
  });
  EXPECT_EQ(process_->run([] { std::raise(SIGINT); }), kExitNoService);
  EXPECT_EQ(listener_.told, Texts());
}

TEST_F(OnlineProcessTest, GoesOnWithoutADiskAndSaysSoOnce) {
  start();
  for (int i = 0; i < 3; ++i) {
    in_loop([] {
      throw storage::StorageError(storage::StorageError::Kind::kFull, "x", "is full", "free some");
    });
  }
  in_loop([this] { process_->stop(kExitNoService); });
  EXPECT_EQ(run(), kExitNoService);
  EXPECT_EQ(times_logged("storage.failed"), 1);
}

TEST_F(OnlineProcessTest, EndsInOrderAfterAnotherException) {
  start();
  in_loop([] { throw std::logic_error("a bug"); });
  EXPECT_EQ(run(), kExitFailure);
  EXPECT_EQ(farewells_, 1);
  EXPECT_EQ(times_logged("program.failed"), 1);
}

TEST_F(OnlineProcessTest, ASignalDuringTheFarewellEndsTheProcess) {
  start();
  process_->stop(kExitOk);
  for (const int signal : {SIGTERM, SIGINT}) {
    EXPECT_EXIT(process_->run([signal] { std::raise(signal); }), testing::KilledBySignal(signal),
                "");
  }
}

// The default action has no effect on the first process of a container.
TEST_F(OnlineProcessTest, DoesNotLeaveSignalsToTheirDefaultActionDuringTheFarewell) {
  start();
  process_->stop(kExitOk);
  process_->run([] {
    for (const int signal : {SIGTERM, SIGINT}) {
      struct sigaction action {};
      ASSERT_EQ(::sigaction(signal, nullptr, &action), 0);
      EXPECT_NE(action.sa_handler, SIG_DFL);
      EXPECT_NE(action.sa_handler, SIG_IGN);
    }
  });
}

TEST_F(OnlineProcessTest, LeavesTheProcessAFewSecondsAfterRunning) {
  start();
  process_->stop(kExitNoNetwork);
  run();
  EXPECT_GT(seconds_left_, 0U);
  EXPECT_LE(seconds_left_, 3U);
  EXPECT_EXIT(std::raise(SIGALRM), testing::ExitedWithCode(kExitNoNetwork), "");
}

// A disk may be stuck. Without a signal, a farewell may wait for the reader of a list.
TEST_F(OnlineProcessTest, LeavesTheFarewellAFewSecondsAfterASignal) {
  for (const bool by_signal : {true, false}) {
    start();
    if (by_signal) {
      in_loop([] { std::raise(SIGTERM); });
    } else {
      process_->stop(kExitOk);
    }
    unsigned left = 0;
    process_->run([&left] { left = ::alarm(0); });
    ::alarm(0);
    EXPECT_EQ(left > 0, by_signal);
    EXPECT_LE(left, 6U);
    process_.reset();
  }
}

TEST_F(OnlineProcessTest, SaysFarewellBeforePeersAreToldOfTheEnd) {
  start();
  constexpr ServiceKey kService{1};
  const auto record = std::make_shared<test::ContactRecord>();
  Peer& peer = process_->hub().join({test::key_of(1), test::key_of(2)}, Role::kUser,
                                    std::make_unique<test::RecordingContact>(record));
  PeerSession& session = *peer.session;
  Offer offer;
  offer.name = "web";
  offer.suggested_port = 80;
  offer.transports = {true, false};
  session.offer(kService, offer, std::nullopt, false, process_->hub().now());
  ASSERT_NE(session.offered(kService), nullptr);
  process_->stop(kExitOk);
  bool offered_at_farewell = false;
  process_->run([&] { offered_at_farewell = session.offered(kService) != nullptr; });
  EXPECT_TRUE(offered_at_farewell);
  EXPECT_EQ(session.offered(kService), nullptr);
}

// -- the profile ---------------------------------------------------------------------------------

TEST_F(OnlineProcessTest, KeepsItsIdentity) {
  start();
  const std::string address = process_->node().address();
  process_->stop(kExitOk);
  run();
  process_.reset();
  start();
  EXPECT_EQ(process_->node().address(), address);
}

TEST_F(OnlineProcessTest, SavesOnceForManyRequests) {
  start();
  test::Replacements saves(profile());
  for (int i = 0; i < 5; ++i) process_->save_soon();
  ASSERT_TRUE(run_until([&] { return saves.count() > 0; }));
  EXPECT_EQ(saves.count(), 2) << "and once at the end";
}

TEST_F(OnlineProcessTest, SavesAlthoughRequestsKeepComing) {
  start("", {milliseconds(20), milliseconds(0), std::chrono::hours(1)});
  test::Replacements saves(profile());
  EXPECT_TRUE(run_until([&] { return saves.count() > 0; }, [this] { process_->save_soon(); }));
}

TEST_F(OnlineProcessTest, SavesAgainAfterASave) {
  start();
  test::Replacements saves(profile());
  process_->save_soon();
  EXPECT_TRUE(run_until([&] { return saves.count() > 1; },
                        [&] {
                          if (saves.count() == 1) process_->save_soon();
                        }));
}

TEST_F(OnlineProcessTest, SavesNowAndThenWithoutBeingAsked) {
  start("", {milliseconds(0), milliseconds(0), milliseconds(1)});
  test::Replacements saves(profile());
  EXPECT_TRUE(run_until([&] { return saves.count() >= 3; }));
}

TEST_F(OnlineProcessTest, OutlivesASaveThatFailsAndTriesAgain) {
  start();
  std::filesystem::remove(profile());
  std::filesystem::create_directory(profile());  // can't be replaced by a file
  test::Replacements saves(profile());
  process_->save_soon();
  EXPECT_TRUE(run_until([&] { return saves.count() > 0; },
                        [&] {
                          if (!was_logged("profile.not_saved")) return;
                          std::filesystem::remove(profile());
                          process_->save_soon();
                        }));
  EXPECT_TRUE(was_logged("profile.not_saved"));
}

}  // namespace
}  // namespace ngcshare
