// The ends of a bridge: half-closes, resets, clean ends and aborts.
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "bot/tunnel/keep_alive.h"
#include "bot/tunnel/tcp_bridge.h"
#include "tests/bot/tunnel/tcp_bridge_rig.h"

namespace ngcshare {
namespace {

class TcpBridgeEnds : public test::TcpBridgeRig {};

// A machine that is switched off sends no end.
TEST_F(TcpBridgeEnds, AsksWhetherTheOtherMachineIsStillThere) {
  const int socket = pair_.ours.native_handle();
  connect();
  const auto option = [socket](int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    EXPECT_EQ(::getsockopt(socket, level, name, &value, &size), 0);
    return value;
  };
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), kKeepAliveIdle.count());
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), kKeepAliveInterval.count());
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), kKeepAliveTries);
}

// -- half a close --------------------------------------------------------------------------------

TEST_F(TcpBridgeEnds, CarriesThePeersBytesAfterTheProgramEndedItsDirection) {
  connect();
  program().shutdown(asio::ip::tcp::socket::shutdown_send);
  ASSERT_TRUE(rig_.run_until([&] { return host_.stream_ends == 1; }));
  EXPECT_TRUE(host_.ended.empty());
  const auto bytes = test::pattern(20000);
  receive(bytes);
  ASSERT_TRUE(program_has_read(bytes.size()));
  EXPECT_EQ(read_, bytes);
  receive_end();
  EXPECT_EQ(end_of_reading(), asio::error::eof);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(host_.ended, std::vector<KillReason>{KillReason::kClosed});
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeEnds, CarriesTheProgramsBytesAfterThePeerEndedItsDirection) {
  connect();
  const auto request = test::pattern(300);
  receive(request);
  receive_end();
  EXPECT_EQ(end_of_reading(), asio::error::eof);
  EXPECT_EQ(read_, request);
  EXPECT_EQ(ends_, 0);
  const auto bytes = test::pattern(20000);
  write_by_program(bytes);
  program().shutdown(asio::ip::tcp::socket::shutdown_send);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(host_.stream, bytes);
  EXPECT_EQ(host_.stream_ends, 1);
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeEnds, GivesTheProgramItsEndOnlyBehindTheLastByte) {
  shrink_kernel_buffer();
  connect();
  const auto bytes = test::pattern(StreamWindow::kInitialBytes);
  receive(bytes);
  receive_end();
  EXPECT_EQ(end_of_reading(), asio::error::eof);
  EXPECT_EQ(read_, bytes);
}

TEST_F(TcpBridgeEnds, EndsTheMappingOfAnOldPeerWhenTheServiceEndsItsDirection) {
  connect(0);
  const auto bytes = test::pattern(5000);
  write_by_program(bytes);
  program().shutdown(asio::ip::tcp::socket::shutdown_send);
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.stream, bytes);
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kClosed});
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

// -- resets --------------------------------------------------------------------------------------

TEST_F(TcpBridgeEnds, PassesTheProgramsResetOn) {
  connect();
  program().set_option(asio::socket_base::linger(true, 0));
  program().close();
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kReset});
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeEnds, PassesTheProgramsResetOnWhenBytesComeForIt) {
  connect();
  host_.room = 0;  // so that the socket isn't read
  write_by_program(test::pattern(1000));
  ASSERT_TRUE(rig_.run_until([&] { return host_.waits > 0; }));
  program().set_option(asio::socket_base::linger(true, 0));
  program().close();
  receive(test::pattern(1000));
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kReset});
  EXPECT_EQ(ends_, 0) << "the session is on the stack";
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

// -- a program that goes while it is not read ----------------------------------------------------

TEST_F(TcpBridgeEnds, PassesTheProgramsResetOnWhileThePeerTakesNothing) {
  connect();
  host_.room = 0;
  write_by_program(test::pattern(1000));
  ASSERT_TRUE(rig_.run_until([&] { return host_.waits > 0; }));
  program().set_option(asio::socket_base::linger(true, 0));
  program().close();
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kReset});
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeEnds, TellsThePeerThatAProgramWhichEndedItsDirectionRefusesBytes) {
  connect();
  program().shutdown(asio::ip::tcp::socket::shutdown_send);
  ASSERT_TRUE(rig_.run_until([&] { return host_.stream_ends == 1; }));
  program().close();
  EXPECT_TRUE(host_.told.empty());
  receive(test::pattern(10));  // one write succeeds
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kReset});
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

// As `nc -N` does, in front of a printer without paper.
TEST_F(TcpBridgeEnds, CarriesTheLastBytesOfAProgramThatSentThemAndIsGone) {
  connect();
  host_.room = 0;
  const auto bytes = test::pattern(100000);
  write_by_program(bytes);
  ASSERT_TRUE(rig_.run_until([&] { return host_.waits > 0; }));
  program().close();
  receive(test::pattern(10));  // answered by a reset
  rig_.run_ready();
  EXPECT_TRUE(host_.told.empty());
  host_.room = test::RecordingHost::kUnlimited;
  mapping_->room_again(now());
  ASSERT_TRUE(rig_.run_until([&] { return host_.stream_ends == 1; }));
  EXPECT_EQ(host_.stream, bytes);
  EXPECT_TRUE(host_.told.empty());
}

TEST_F(TcpBridgeEnds, AnUrgentByteOfAProgramThatIsNotReadIsNoEnd) {
  connect();
  host_.room = 0;
  write_by_program(test::pattern(1000));
  ASSERT_TRUE(rig_.run_until([&] { return host_.waits > 0; }));
  const char urgent = '!';
  program().send(asio::buffer(&urgent, 1), asio::socket_base::message_out_of_band);
  rig_.run_ready();
  EXPECT_TRUE(host_.told.empty());
  EXPECT_EQ(rig_.loop.poll(), 0U) << "the byte is waited for again and again";
  program().set_option(asio::socket_base::linger(true, 0));
  program().close();
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kReset});
}

struct ResetCase {
  const char* name;
  KillReason reason;
};

TEST_F(TcpBridgeEnds, ResetsTheProgramWhenThePeersEndWasNotClean) {
  const ResetCase cases[] = {{"reset", KillReason::kReset},
                             {"withdrawn", KillReason::kWithdrawn},
                             {"peer left", KillReason::kPeerLeft},
                             {"refused", KillReason::kTargetRefused}};
  for (const ResetCase& row : cases) {
    test::SocketPair pair(rig_.loop);
    test::RecordingHost host(rig_.loop);
    const auto mapping = test::decided_mapping(host, test::kTcp);
    int ends = 0;
    const auto bridge = TcpBridge::create(std::move(pair.ours), nullptr, [&] { ++ends; });
    bridge->attach(*mapping);
    mapping->acknowledge();
    bridge->start();
    mapping->closed_by_peer(row.reason, now());
    asio::error_code error;
    std::vector<uint8_t> read;
    rig_.run_until([&] {
      error = test::read_available(pair.program, read);
      return error != asio::error::would_block;
    });
    rig_.run_ready();
    EXPECT_EQ(error, asio::error::connection_reset) << row.name;
    EXPECT_EQ(ends, 1) << row.name;
    EXPECT_TRUE(host.told.empty()) << row.name;
    rig_.run_ready();
  }
}

// -- clean ends ----------------------------------------------------------------------------------

TEST_F(TcpBridgeEnds, ACleanEndGivesTheProgramEverythingThatWaitsForIt) {
  shrink_kernel_buffer();
  connect();
  const auto bytes = test::pattern(StreamWindow::kInitialBytes);
  receive(bytes);
  mapping_->closed_by_peer(KillReason::kClosed, now());
  EXPECT_EQ(ends_, 0);
  EXPECT_EQ(end_of_reading(), asio::error::eof);
  EXPECT_EQ(read_, bytes);
  program().close();
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeEnds, ACleanEndReadsAwayWhatTheProgramStillSends) {
  connect();
  const auto bytes = test::pattern(50000);
  receive(bytes);
  mapping_->closed_by_peer(KillReason::kClosed, now());
  const auto ignored = test::pattern(8 * 1024 * 1024);
  EXPECT_EQ(flood_from_program(ignored), ignored.size());
  EXPECT_EQ(end_of_reading(), asio::error::eof) << "a reset would take what was not read yet";
  EXPECT_EQ(read_, bytes);
  EXPECT_TRUE(host_.stream.empty());
  EXPECT_EQ(ends_, 0);
  program().close();
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

// It would otherwise hold the connection for ever.
TEST_F(TcpBridgeEnds, AProgramThatNeitherReadsNorClosesIsResetSomeTimeAfterACleanEnd) {
  shrink_kernel_buffer();
  connect(kCapMulti | kCapWindow, {std::chrono::milliseconds(50), TcpBridge::kPatience.memory});
  receive(test::pattern(StreamWindow::kInitialBytes));
  mapping_->closed_by_peer(KillReason::kClosed, now());
  EXPECT_EQ(ends_, 0);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
  EXPECT_EQ(end_of_reading(), asio::error::connection_reset);
}

TEST_F(TcpBridgeEnds, AProgramThatClosesWithoutReadingEndsACleanEnd) {
  shrink_kernel_buffer();
  connect();
  receive(test::pattern(StreamWindow::kInitialBytes));
  mapping_->closed_by_peer(KillReason::kClosed, now());
  program().close();
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeEnds, AbortTellsBothEnds) {
  connect();
  bridge_.lock()->abort(KillReason::kShutdown);
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kShutdown});
  EXPECT_EQ(end_of_reading(), asio::error::connection_reset);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

// A process that ends does not wait for programs that neither read nor end.
TEST(TcpBridgeLoop, TakesABridgeWithItThatWaitsForItsProgram) {
  std::weak_ptr<TcpBridge> waiting;
  {
    test::LoopRig rig;
    test::RecordingHost host(rig.loop);
    test::SocketPair pair(rig.loop);
    const auto mapping = test::decided_mapping(host, test::kTcp, kCapMulti | kCapWindow);
    auto bridge = TcpBridge::create(std::move(pair.ours), nullptr, nullptr);
    bridge->attach(*mapping);
    mapping->acknowledge();
    bridge->start();
    rig.run_ready();
    bridge->on_closed(KillReason::kClosed);
    waiting = std::exchange(bridge, nullptr);
    rig.run_ready();
    EXPECT_FALSE(waiting.expired());
  }
  EXPECT_TRUE(waiting.expired());
}

}  // namespace
}  // namespace ngcshare
