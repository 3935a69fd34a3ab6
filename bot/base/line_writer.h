// Writes lines to a descriptor from a thread of its own, because a reader that has stopped reading
// (a pager, a stuck log driver) would otherwise stop the event loop. O_NONBLOCK is no way out: it
// belongs to the open file, which other processes share.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace ngcshare {

class LineWriter {
 public:
  // Makes the line that says how many lines were lost. Called from the writer's thread.
  using Lost = std::function<std::string(uint64_t lines)>;

  static constexpr size_t kMaxWaitingBytes = 1 << 20;

  LineWriter(int descriptor, Lost lost, size_t max_waiting_bytes = kMaxWaitingBytes);
  // Does not wait: leaves the thread behind if it is writing, with what has not been written.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Takes a line, which ends with a newline, and returns at once. If too much is waiting already,
  // the line is lost, with all that follow until the waiting ones are written and `Lost` is told.
  // A line that cannot be written (a full disk, a closed pipe) is lost too.
  void write(std::string line);
  // Waits until all lines are written or lost. Returns false if that takes longer than `patience`.
  bool flush(std::chrono::milliseconds patience);
  uint64_t lost() const;

 private:
  struct State;

  std::shared_ptr<State> state_;  // shared with the thread, which may be left behind
  std::thread thread_;
};

}  // namespace ngcshare
