#include "bot/tcp_bridge.h"

#include <gtest/gtest.h>

#include "tests/bot/mapping_rig.h"

namespace ngcshare {
namespace {

const TransportSet kTcp{true, false};

class TcpBridgeTest : public testing::Test {
 protected:
  // Connects a local program through a bridge to an open mapping.
  void connect(uint32_t capabilities = kCapMulti | kCapWindow,
               Duration write_patience = TcpBridge::kWritePatience) {
    mapping_ = test::decided_mapping(host_, kTcp, capabilities);
    const auto bridge = TcpBridge::create(
        std::move(pair_.ours), rig_.memory, nullptr, [this] { ++ends_; }, write_patience);
    bridge->attach(*mapping_);
    mapping_->acknowledge();
    bridge->start();
    bridge_ = bridge;
  }
  ~TcpBridgeTest() override {
    if (const auto bridge = bridge_.lock()) bridge->abort(KillReason::kShutdown);
    rig_.run_ready();
  }

  TimePoint now() const { return steady_now(); }
  // Receives bytes from the peer, in packets.
  void receive(Bytes bytes) {
    while (!bytes.empty() && mapping_->state() == Mapping::State::kOpen) {
      const size_t size = std::min(bytes.size(), kMaxStreamChunkBytes);
      mapping_->receive(StreamData{mapping_->id(), bytes.first(size)}, now());
      bytes = bytes.subspan(size);
    }
  }
  void receive_end() { mapping_->receive(StreamData{mapping_->id(), {}}, now()); }
  void write_by_program(Bytes bytes) {
    asio::error_code error;
    const size_t written = program().write_some(asio::buffer(bytes.data(), bytes.size()), error);
    ASSERT_EQ(written, bytes.size()) << error.message();
  }
  // Writes until the socket stays full although the bridge had its turns; returns the bytes
  // written.
  size_t flood_from_program(Bytes bytes) {
    size_t total = 0;
    for (int quiet = 0; quiet < 10 && total < bytes.size();) {
      asio::error_code error;
      const size_t count =
          program().write_some(asio::buffer(bytes.data() + total, bytes.size() - total), error);
      total += count;
      quiet = count == 0 ? quiet + 1 : 0;
      rig_.run_ready();
    }
    return total;
  }
  // Makes part of a full window wait in the bridge. A much smaller buffer makes TCP itself slow.
  void shrink_kernel_buffer() {
    pair_.ours.set_option(asio::socket_base::send_buffer_size(32 * 1024));
  }
  bool program_has_read(size_t size) {
    return rig_.run_until([&] {
      read_error_ = test::read_available(program(), read_);
      return read_.size() >= size;
    });
  }
  // Returns the error that ends the program's reading: eof or reset.
  asio::error_code end_of_reading() {
    rig_.run_until([&] {
      read_error_ = test::read_available(program(), read_);
      return read_error_ != asio::error::would_block;
    });
    return read_error_;
  }
  bool bridge_is_gone() {
    return rig_.run_until([&] { return bridge_.expired(); });
  }
  asio::ip::tcp::socket& program() { return pair_.program; }

  test::LoopRig rig_;
  test::RecordingHost host_;
  std::unique_ptr<Mapping> mapping_;
  test::SocketPair pair_{rig_.loop};
  std::weak_ptr<TcpBridge> bridge_;
  std::vector<uint8_t> read_;  // by the program
  asio::error_code read_error_;
  int ends_ = 0;
};

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

// -- memory in base mode ------------------------------------------------------------------------

class TcpBridgeMemory : public TcpBridgeTest {
 protected:
  // Memory left for all streams together.
  static constexpr uint64_t kLeft = 100 * 1024;
  TcpBridgeMemory() { memory().reserve(memory().left() - kLeft); }
  link::MemoryBudget& memory() { return rig_.memory; }
};

TEST_F(TcpBridgeMemory, IsTakenByWhatWaitsAndGivenBackAsItIsRead) {
  shrink_kernel_buffer();
  program().set_option(asio::socket_base::receive_buffer_size(4 * 1024));
  connect();
  const auto bytes = test::pattern(112 * 1024);
  receive(bytes);
  EXPECT_LT(memory().left(), kLeft);
  ASSERT_TRUE(program_has_read(bytes.size()));
  EXPECT_EQ(read_, bytes);
  EXPECT_EQ(memory().left(), kLeft);
}

TEST_F(TcpBridgeMemory, EndsAStreamWhereItIsSpentAndIsGivenBackWithIt) {
  shrink_kernel_buffer();
  program().set_option(asio::socket_base::receive_buffer_size(4 * 1024));
  connect();
  receive(test::pattern(StreamWindow::kInitialBytes));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kLimit});
  EXPECT_EQ(memory().left(), kLeft);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(memory().left(), kLeft);
}

// -- half a close --------------------------------------------------------------------------------

TEST_F(TcpBridgeTest, CarriesThePeersBytesAfterTheProgramEndedItsDirection) {
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

TEST_F(TcpBridgeTest, CarriesTheProgramsBytesAfterThePeerEndedItsDirection) {
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

TEST_F(TcpBridgeTest, GivesTheProgramItsEndOnlyBehindTheLastByte) {
  shrink_kernel_buffer();
  connect();
  const auto bytes = test::pattern(StreamWindow::kInitialBytes);
  receive(bytes);
  receive_end();
  EXPECT_EQ(end_of_reading(), asio::error::eof);
  EXPECT_EQ(read_, bytes);
}

TEST_F(TcpBridgeTest, EndsTheMappingOfAnOldPeerWhenTheServiceEndsItsDirection) {
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

TEST_F(TcpBridgeTest, PassesTheProgramsResetOn) {
  connect();
  program().set_option(asio::socket_base::linger(true, 0));
  program().close();
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kReset});
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeTest, PassesTheProgramsResetOnWhenBytesComeForIt) {
  connect();
  host_.room = 0;  // so that the socket isn't read
  write_by_program(test::pattern(1000));
  ASSERT_TRUE(rig_.run_until([&] { return host_.waits > 0; }));
  program().set_option(asio::socket_base::linger(true, 0));
  program().close();
  receive(test::pattern(1000));
  ASSERT_TRUE(rig_.run_until([&] { return !host_.told.empty(); }));
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kReset});
  EXPECT_EQ(ends_, 1);
}

struct ResetCase {
  const char* name;
  KillReason reason;
};

TEST_F(TcpBridgeTest, ResetsTheProgramWhenThePeersEndWasNotClean) {
  const ResetCase cases[] = {{"reset", KillReason::kReset},
                             {"withdrawn", KillReason::kWithdrawn},
                             {"peer left", KillReason::kPeerLeft},
                             {"refused", KillReason::kTargetRefused}};
  for (const ResetCase& row : cases) {
    test::SocketPair pair(rig_.loop);
    test::RecordingHost host;
    const auto mapping = test::decided_mapping(host, kTcp);
    int ends = 0;
    const auto bridge =
        TcpBridge::create(std::move(pair.ours), rig_.memory, nullptr, [&] { ++ends; });
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
    EXPECT_EQ(error, asio::error::connection_reset) << row.name;
    EXPECT_EQ(ends, 1) << row.name;
    EXPECT_TRUE(host.told.empty()) << row.name;
    rig_.run_ready();
  }
}

// -- clean ends ----------------------------------------------------------------------------------

TEST_F(TcpBridgeTest, ACleanEndGivesTheProgramEverythingThatWaitsForIt) {
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

TEST_F(TcpBridgeTest, ACleanEndReadsAwayWhatTheProgramStillSends) {
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

// Otherwise it would keep the connection for ever.
TEST_F(TcpBridgeTest, AProgramThatNeitherReadsNorClosesIsResetSomeTimeAfterACleanEnd) {
  shrink_kernel_buffer();
  connect(kCapMulti | kCapWindow, std::chrono::milliseconds(50));
  receive(test::pattern(StreamWindow::kInitialBytes));
  mapping_->closed_by_peer(KillReason::kClosed, now());
  EXPECT_EQ(ends_, 0);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
  EXPECT_EQ(end_of_reading(), asio::error::connection_reset);
}

TEST_F(TcpBridgeTest, AProgramThatClosesWithoutReadingEndsACleanEnd) {
  shrink_kernel_buffer();
  connect();
  receive(test::pattern(StreamWindow::kInitialBytes));
  mapping_->closed_by_peer(KillReason::kClosed, now());
  program().close();
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

TEST_F(TcpBridgeTest, AbortTellsBothEnds) {
  connect();
  bridge_.lock()->abort(KillReason::kShutdown);
  EXPECT_EQ(host_.told, std::vector<KillReason>{KillReason::kShutdown});
  EXPECT_EQ(end_of_reading(), asio::error::connection_reset);
  EXPECT_TRUE(bridge_is_gone());
  EXPECT_EQ(ends_, 1);
}

}  // namespace
}  // namespace ngcshare
