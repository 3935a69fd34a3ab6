// Both sides of a bridge for tests: real mappings whose packets are recorded instead of sent to a
// network, and local sockets on loopback.
#pragma once

#include <gtest/gtest.h>

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "bot/base/steady_time.h"
#include "protocol/link/memory_budget.h"
#include "protocol/session/mapping.h"
#include "tests/support/loop_rig.h"

namespace ngcshare::test {

// Records the packets that mappings send; can refuse them as full. Reports their ends to the sinks
// in a task of the loop.
class RecordingHost : public MappingHost {
 public:
  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

  explicit RecordingHost(asio::io_context& loop) : loop_(loop) {}

  SendResult send_data(const Packet& packet) override {
    ++attempts;
    if (room == 0) return SendResult::kFull;
    if (room != kUnlimited) --room;
    if (const auto* data = std::get_if<StreamData>(&packet)) {
      if (data->bytes.empty()) ++stream_ends;
      stream.insert(stream.end(), data->bytes.begin(), data->bytes.end());
    } else if (const auto* datagram = std::get_if<Datagram>(&packet)) {
      datagrams.emplace_back(datagram->bytes.begin(), datagram->bytes.end());
    }
    return SendResult::kSent;
  }
  SendResult send_datagram(const Packet& packet, TimePoint /*now*/) override {
    return send_data(packet);
  }
  bool admits_datagram(size_t /*bytes*/, size_t /*packets*/, TimePoint /*now*/) override {
    return true;
  }
  void send_control(const Packet& packet, bool /*lossless_too*/) override {
    if (const auto* window = std::get_if<Window>(&packet)) window_limit = window->limit;
    if (std::holds_alternative<AckAcc>(packet)) ++ack_accs;
  }
  link::Link* link() override { return nullptr; }
  std::shared_ptr<link::MemoryAccount> local_memory() override { return account; }
  void note_link_work() override {}
  bool control_is_reliable() const override { return false; }
  void wait_for_room(Mapping& /*mapping*/) override { ++waits; }
  void note_deadline(Mapping& /*mapping*/, TimePoint /*when*/) override {}
  void mapping_opened(Mapping& /*mapping*/) override {}
  void mapping_ended(Mapping& mapping, KillReason reason, bool tell_peer,
                     TimePoint /*now*/) override {
    ended.push_back(reason);
    if (tell_peer) told.push_back(reason);
    asio::post(loop_, [ended = mapping.shared_from_this()] { ended->report_end(); });
  }

  size_t room = kUnlimited;  // packets until kFull
  size_t attempts = 0;
  int waits = 0;
  int stream_ends = 0;
  int ack_accs = 0;
  std::vector<uint8_t> stream;
  std::vector<std::vector<uint8_t>> datagrams;
  std::optional<uint64_t> window_limit;
  std::vector<KillReason> ended;  // why mappings ended
  std::vector<KillReason> told;   // reasons sent to the peer
  link::MemoryBudget memory{256 * 1024 * 1024};
  std::shared_ptr<link::MemoryAccount> account = std::make_shared<link::MemoryAccount>(&memory);

 private:
  asio::io_context& loop_;
};

inline Mapping::Identity identity(Mapping::Role role, TransportSet transports,
                                  uint32_t capabilities = kCapMulti | kCapWindow) {
  return {role, 0x01020304, 0x05060708, transports, capabilities};
}

// A mapping that is open, seen from the offering side.
inline std::shared_ptr<Mapping> decided_mapping(MappingHost& host, TransportSet transports,
                                                uint32_t capabilities = kCapMulti | kCapWindow) {
  return std::make_shared<Mapping>(host,
                                   identity(Mapping::Role::kOfferer, transports, capabilities));
}

// A connected pair on loopback.
struct SocketPair {
  explicit SocketPair(asio::io_context& loop) : program(loop), ours(loop) {
    asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
    program.connect(acceptor.local_endpoint());
    acceptor.accept(ours);
    program.non_blocking(true);
  }

  asio::ip::tcp::socket program;  // the local program's end
  asio::ip::tcp::socket ours;
};

inline std::vector<uint8_t> pattern(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 31 + i / 251);
  return bytes;
}

// Reads all available bytes; returns the error that stopped reading.
inline asio::error_code read_available(asio::ip::tcp::socket& socket, std::vector<uint8_t>& out) {
  std::vector<uint8_t> buffer(64 * 1024);
  asio::error_code error;
  while (true) {
    const size_t count = socket.read_some(asio::buffer(buffer), error);
    if (error) return error;
    out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

}  // namespace ngcshare::test
