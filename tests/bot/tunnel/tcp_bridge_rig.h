// A TcpBridge between a local program's connection and a mapping whose packets are recorded.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "bot/tunnel/tcp_bridge.h"
#include "tests/support/mapping_rig.h"

namespace ngcshare::test {

inline constexpr TransportSet kTcp{true, false};

class TcpBridgeRig : public testing::Test {
 protected:
  // Connects a local program through a bridge to an open mapping.
  void connect(uint32_t capabilities = kCapMulti | kCapWindow,
               const TcpBridge::Patience& patience = TcpBridge::kPatience) {
    mapping_ = decided_mapping(host_, kTcp, capabilities);
    const auto bridge = TcpBridge::create(
        std::move(pair_.ours), nullptr, [this] { ++ends_; }, patience);
    bridge->attach(*mapping_);
    mapping_->acknowledge();
    bridge->start();
    bridge_ = bridge;
  }
  ~TcpBridgeRig() override {
    if (const auto bridge = bridge_.lock()) bridge->abort(KillReason::kShutdown);
    rig_.run_ready();
  }

  TimePoint now() const { return steady_now(); }
  // Delivers bytes from the peer, in packets.
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
  // Writes until the socket takes no more although the loop runs. Returns the bytes written.
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
      read_error_ = read_available(program(), read_);
      return read_.size() >= size;
    });
  }
  // Reads to the end. Returns what ended it: eof or a reset.
  asio::error_code end_of_reading() {
    rig_.run_until([&] {
      read_error_ = read_available(program(), read_);
      return read_error_ != asio::error::would_block;
    });
    return read_error_;
  }
  bool bridge_is_gone() {
    return rig_.run_until([&] { return bridge_.expired(); });
  }
  asio::ip::tcp::socket& program() { return pair_.program; }

  LoopRig rig_;
  RecordingHost host_{rig_.loop};
  std::shared_ptr<Mapping> mapping_;
  SocketPair pair_{rig_.loop};
  std::weak_ptr<TcpBridge> bridge_;
  std::vector<uint8_t> read_;  // by the program
  asio::error_code read_error_;
  int ends_ = 0;
};

}  // namespace ngcshare::test
