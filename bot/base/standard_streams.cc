#include "bot/base/standard_streams.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <utility>

namespace ngcshare {
namespace {

struct KnownStream {
  LineWriter* writer = nullptr;  // of the BackgroundStreams, if there is one
  uint64_t lost_before = 0;      // by earlier writers
};
std::array<KnownStream, 2> known_streams;

KnownStream& known(StandardStream stream) { return known_streams.at(static_cast<size_t>(stream)); }

}  // namespace

void write_line(StandardStream stream, std::string line) {
  if (LineWriter* const writer = known(stream).writer) return writer->write(std::move(line));
  std::FILE* const file = stream == StandardStream::kOutput ? stdout : stderr;
  std::fwrite(line.data(), 1, line.size(), file);
  std::fflush(file);
}

uint64_t lost_lines(StandardStream stream) {
  const KnownStream& one = known(stream);
  return one.lost_before + (one.writer == nullptr ? 0 : one.writer->lost());
}

BackgroundStreams::BackgroundStreams(LineWriter::Lost output_lost, LineWriter::Lost log_lost)
    : writers_{std::make_unique<LineWriter>(STDOUT_FILENO, std::move(output_lost)),
               std::make_unique<LineWriter>(STDERR_FILENO, std::move(log_lost))} {
  for (size_t i = 0; i < writers_.size(); ++i) {
    assert(known_streams.at(i).writer == nullptr);
    known_streams.at(i).writer = writers_.at(i).get();
  }
}

BackgroundStreams::~BackgroundStreams() {
  flush();
  for (KnownStream& one : known_streams) {
    one.lost_before += std::exchange(one.writer, nullptr)->lost();
  }
}

void BackgroundStreams::flush() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (const auto& one : writers_) {
    const auto left = until - std::chrono::steady_clock::now();
    one->flush(
        std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(left)));
  }
}

void BackgroundStreams::flush_output() {
  while (!writer(StandardStream::kOutput).flush(std::chrono::hours(1))) {
  }
}

}  // namespace ngcshare
