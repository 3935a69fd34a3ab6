// A control server in a folder of the test's own, on a loop that the test runs, and programs that
// speak to it byte by byte.
#pragma once

#include <gtest/gtest.h>

#include <asio/buffer.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "bot/control/server.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare::test {

// Answers a command with itself.
inline ControlAnswer echo(const ControlRequest& request) {
  const auto* const command = std::get_if<CommandLine>(&request);
  return {true, command != nullptr ? command->line : "something else"};
}

struct ControlRig {
  // Runs the loop until `holds`; false when that takes suspiciously long. Only a failing test
  // waits.
  template <typename Condition>
  bool run_until(const Condition& holds) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      loop.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  void start(ControlServer::Handler handler = echo, const ControlLimits& limits = {}) {
    server.emplace(loop, folder.path(), std::move(handler), limits);
  }

  TemporaryFolder folder;
  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  std::optional<ControlServer> server;
};

// A client of the control socket. Never blocks: bytes arrive while the loop runs.
class ControlProgram {
 public:
  explicit ControlProgram(ControlRig& rig) : rig_(rig), socket_(rig.loop) {
    socket_.connect((rig.folder / "control.sock").string());
    socket_.non_blocking(true);
  }

  void write(std::string_view bytes) {
    asio::error_code ignored;  // the server may have ended the connection
    asio::write(socket_, asio::buffer(bytes), ignored);
  }
  // The next line, without its end; "" when the connection was ended first.
  std::string line() {
    rig_.run_until([&] { return read() || read_.find('\n') != std::string::npos; });
    const size_t end = read_.find('\n');
    if (end == std::string::npos) return "";
    std::string first = read_.substr(0, end);
    read_.erase(0, end + 1);
    return first;
  }
  std::optional<ControlAnswer> answer() { return decode_control_answer(line()); }
  // Returns true if the server ends the connection without sending anything more.
  bool ended() {
    return rig_.run_until([&] { return read(); }) && read_.empty();
  }
  void close() { socket_.close(); }

 private:
  // Reads all bytes that have arrived. Returns true at the end of the connection.
  bool read() {
    char chunk[4096];
    asio::error_code error;
    while (!error) {
      const size_t count = socket_.read_some(asio::buffer(chunk), error);
      read_.append(chunk, count);
    }
    return error != asio::error::would_block;
  }

  ControlRig& rig_;
  asio::local::stream_protocol::socket socket_;
  std::string read_;
};

}  // namespace ngcshare::test
