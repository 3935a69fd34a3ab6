// Standard output and standard error of this process, line by line. A line waits for its reader, as
// in any program, except while a BackgroundStreams exists. To be used from one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "bot/base/line_writer.h"

namespace ngcshare {

enum class StandardStream { kOutput, kError };

// Writes `line`, which ends with a newline.
void write_line(StandardStream stream, std::string line);

// Returns the number of lines that were lost because nobody read them or they could not be written.
uint64_t lost_lines(StandardStream stream);

// Writes both streams from threads during its lifetime, so that write_line() never waits. At most
// one may exist.
class BackgroundStreams {
 public:
  BackgroundStreams(LineWriter::Lost output_lost, LineWriter::Lost log_lost);
  // Waits for kPatience at most; lines that have not been written then are lost.
  ~BackgroundStreams();
  BackgroundStreams(const BackgroundStreams&) = delete;
  BackgroundStreams& operator=(const BackgroundStreams&) = delete;

  // Waits until all lines of both streams are written, for kPatience at most.
  void flush();
  // Waits until all lines of standard output are written.
  void flush_output();

  static constexpr std::chrono::milliseconds kPatience{500};

 private:
  LineWriter& writer(StandardStream stream) { return *writers_.at(static_cast<size_t>(stream)); }

  std::array<std::unique_ptr<LineWriter>, 2> writers_;
};

}  // namespace ngcshare
