// A bridge that carries bytes both ways: order, flow control and memory.
#include "bot/tunnel/tcp_bridge.h"

#include <gtest/gtest.h>

#include "tests/bot/tunnel/tcp_bridge_rig.h"

namespace ngcshare {
namespace {

class TcpBridgeTest : public test::TcpBridgeRig {};

// -- local program → peer ------------------------------------------------------------------------

TEST_F(TcpBridgeTest, CarriesTheProgramsBytesToThePeer) {
  connect();
  const auto bytes = test::pattern(10000);
  write_by_program(bytes);
  ASSERT_TRUE(rig_.run_until([&] { return host_.stream.size() == bytes.size(); }));
  EXPECT_EQ(host_.stream, bytes);
}

TEST_F(TcpBridgeTest, StopsReadingWhilePacketsFindNoRoom) {
  asio::socket_base::send_buffer_size small(64 * 1024);
  program().set_option(small);
  connect();
  host_.room = 5;
  const auto bytes = test::pattern(32 * 1024 * 1024);
  const size_t taken = flood_from_program(bytes);
  EXPECT_LT(taken, 16U * 1024 * 1024);  // the kernel's buffers of both sockets and one chunk
  EXPECT_EQ(host_.stream.size(), 5 * kMaxStreamChunkBytes);
  EXPECT_EQ(host_.waits, 1);
  const size_t attempts = host_.attempts;
  rig_.run_ready();
  EXPECT_EQ(host_.attempts, attempts) << "tries again without having been told of room";

  host_.room = test::RecordingHost::kUnlimited;
  mapping_->receive(Window{mapping_->id(), bytes.size()}, now());
  ASSERT_TRUE(rig_.run_until([&] { return host_.stream.size() == taken; }));
  EXPECT_TRUE(std::equal(host_.stream.begin(), host_.stream.end(), bytes.begin()));
}

TEST_F(TcpBridgeTest, StopsReadingAtThePeersWindow) {
  connect();
  const auto bytes = test::pattern(32 * 1024 * 1024);
  const size_t taken = flood_from_program(bytes);
  ASSERT_GT(taken, StreamWindow::kInitialBytes);
  EXPECT_EQ(host_.stream.size(), StreamWindow::kInitialBytes);
  EXPECT_LT(taken, 16U * 1024 * 1024);
  mapping_->receive(Window{mapping_->id(), taken}, now());
  ASSERT_TRUE(rig_.run_until([&] { return host_.stream.size() == taken; }));
  EXPECT_TRUE(std::equal(host_.stream.begin(), host_.stream.end(), bytes.begin()));
}

TEST_F(TcpBridgeTest, SendsTheEndBehindBytesThatWaitedForRoom) {
  connect();
  host_.room = 0;
  const auto bytes = test::pattern(5000);
  write_by_program(bytes);
  program().shutdown(asio::ip::tcp::socket::shutdown_send);
  ASSERT_TRUE(rig_.run_until([&] { return host_.waits > 0; }));
  EXPECT_EQ(host_.stream_ends, 0);
  host_.room = test::RecordingHost::kUnlimited;
  mapping_->room_again(now());
  ASSERT_TRUE(rig_.run_until([&] { return host_.stream_ends == 1; }));
  EXPECT_EQ(host_.stream, bytes);
}

// -- peer → local program ------------------------------------------------------------------------

TEST_F(TcpBridgeTest, CarriesThePeersBytesToTheProgram) {
  connect();
  const auto bytes = test::pattern(100000);
  receive(bytes);
  ASSERT_TRUE(program_has_read(bytes.size()));
  EXPECT_EQ(read_, bytes);
}

TEST_F(TcpBridgeTest, OpensThePeersWindowOnlyForWhatTheProgramTakes) {
  shrink_kernel_buffer();
  connect();
  const auto bytes = test::pattern(StreamWindow::kInitialBytes);
  receive(bytes);
  rig_.run_ready();
  EXPECT_EQ(mapping_->state(), Mapping::State::kOpen);
  constexpr uint64_t kAllTaken = 2 * StreamWindow::kInitialBytes - StreamWindow::kInitialBytes / 4;
  EXPECT_LT(host_.window_limit.value_or(0), kAllTaken) << "the program has read nothing";
  ASSERT_TRUE(program_has_read(bytes.size()));
  EXPECT_EQ(read_, bytes);
  EXPECT_TRUE(rig_.run_until([&] { return host_.window_limit.value_or(0) >= kAllTaken; }));
}

TEST_F(TcpBridgeTest, EndsAMappingWithoutWindowThatFloodsAProgramThatDoesNotRead) {
  connect(0);
  const auto bytes = test::pattern(1024 * 1024);
  size_t total = 0;
  while (mapping_->state() == Mapping::State::kOpen && total < 64 * bytes.size()) {
    receive(bytes);
    total += bytes.size();
    rig_.run_ready();
  }
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kLimit});
  EXPECT_GT(total, TcpBridge::kMaxUnwindowedBytes);
  EXPECT_LT(total, 2 * TcpBridge::kMaxUnwindowedBytes + 16 * 1024 * 1024);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(end_of_reading(), asio::error::connection_reset);
  EXPECT_EQ(ends_, 1);
}

// -- memory --------------------------------------------------------------------------------------

class TcpBridgeMemory : public test::TcpBridgeRig {
 protected:
  static constexpr auto kSoon = std::chrono::milliseconds(20);

  TcpBridgeMemory() {
    shrink_kernel_buffer();
    program().set_option(asio::socket_base::receive_buffer_size(64 * 1024));
  }
  // Connects with a budget that whatever waits exceeds.
  void connect_without_memory(uint32_t capabilities = kCapMulti | kCapWindow) {
    host_.account = std::make_shared<link::MemoryAccount>(&none_);
    connect(capabilities, {TcpBridge::kWritePatience, kSoon});
  }
  ~TcpBridgeMemory() override { ProgramClock::stopped_at.reset(); }
  uint64_t held() const { return host_.account->held(); }
  // Lets the program read until an eighth of what waits is taken.
  bool program_reads_a_part() {
    const uint64_t before = held();
    return rig_.run_until([&] {
      std::vector<uint8_t> some(32 * 1024);
      asio::error_code error;
      program().read_some(asio::buffer(some), error);
      return held() < before - before / 8;
    });
  }

  link::MemoryBudget none_{0};
};

TEST_F(TcpBridgeMemory, IsTakenByWhatWaitsForTheProgramAndGivenBackAsItIsRead) {
  connect();
  const auto bytes = test::pattern(112 * 1024);
  receive(bytes);
  EXPECT_GT(held(), 10U * 1024);
  ASSERT_TRUE(program_has_read(bytes.size()));
  EXPECT_EQ(read_, bytes);
  EXPECT_EQ(held(), 0U);
}

TEST_F(TcpBridgeMemory, IsTakenByWhatWaitsForThePeer) {
  connect();
  host_.room = 0;
  write_by_program(test::pattern(10'000));
  ASSERT_TRUE(rig_.run_until([&] { return held() >= 10'000; }));
  host_.room = test::RecordingHost::kUnlimited;
  mapping_->room_again(now());
  EXPECT_EQ(held(), 0U);
  EXPECT_EQ(host_.stream.size(), 10'000U);
}

TEST_F(TcpBridgeMemory, EndsAStreamWhereItIsSpentAndIsGivenBackWithIt) {
  connect();
  host_.account->add(link::MemoryAccount::kMostBytes);
  receive(test::pattern(StreamWindow::kInitialBytes));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kLimit});
  EXPECT_EQ(held(), link::MemoryAccount::kMostBytes);
  EXPECT_TRUE(bridge_is_gone());
}

TEST_F(TcpBridgeMemory, IsTakenFromAStreamThatIsStuckWhileItIsShort) {
  connect_without_memory();
  receive(test::pattern(200 * 1024));
  ASSERT_GT(held(), 0U);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kLimit});
  EXPECT_EQ(held(), 0U);
}

TEST_F(TcpBridgeMemory, IsTakenFromAStreamThatIsStuckAfterItsMappingEnded) {
  connect_without_memory();
  receive(test::pattern(200 * 1024));
  mapping_->closed_by_peer(KillReason::kClosed, now());
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(held(), 0U);
  EXPECT_EQ(none_.held(), 0U);
}

TEST_F(TcpBridgeMemory, IsLeftToAStreamWhileThatIsRead) {
  ProgramClock::stopped_at = ProgramClock::now().time_since_epoch();
  connect_without_memory(kCapMulti);  // so that more waits than the kernel's buffers hold
  receive(test::pattern(1536 * 1024));
  *ProgramClock::stopped_at += kSoon / 2;
  ASSERT_TRUE(program_reads_a_part());
  *ProgramClock::stopped_at += kSoon / 2;
  rig_.loop.run_for(2 * kSoon);  // the kernel's timer runs in real time
  EXPECT_TRUE(host_.told.empty());
  ASSERT_TRUE(host_.account->pressed());
  *ProgramClock::stopped_at += kSoon;
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kLimit});
}

}  // namespace
}  // namespace ngcshare
