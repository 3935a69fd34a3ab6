#include "bot/base/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

namespace ngcshare {
namespace {

constexpr std::chrono::seconds kLong{10};

std::string lost_line(uint64_t lines) { return "lost " + std::to_string(lines) + "\n"; }

// A pipe that takes 4096 bytes.
class SmallPipe {
 public:
  SmallPipe() {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, 4096);
  }
  ~SmallPipe() {
    for (const int end : ends_) ::close(end);
  }
  int writing_end() const { return ends_[1]; }
  // Reads until the text ends with `end`.
  std::string read_up_to(const std::string& end) {
    std::string text;
    char c = 0;
    while (!text.ends_with(end) && ::read(ends_[0], &c, 1) == 1) text += c;
    return text;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(LineWriter, WritesTheLinesInTheirOrder) {
  SmallPipe pipe;
  LineWriter writer(pipe.writing_end(), lost_line);
  for (int i = 0; i < 100; ++i) writer.write(std::to_string(i) + "\n");
  EXPECT_TRUE(writer.flush(kLong));
  EXPECT_EQ(pipe.read_up_to("99\n").substr(0, 8), "0\n1\n2\n3\n");
  EXPECT_EQ(writer.lost(), 0U);
}

TEST(LineWriter, ReturnsWhenNobodyReadsAndTellsWhatWasLostWhenSomebodyDoes) {
  SmallPipe pipe;
  LineWriter writer(pipe.writing_end(), lost_line, 10'000);
  const std::string line = std::string(99, 'x') + "\n";
  for (int i = 0; i < 1000; ++i) writer.write(line);
  EXPECT_FALSE(writer.flush(std::chrono::milliseconds(0)));
  const uint64_t lost = writer.lost();
  EXPECT_GT(lost, 800U);
  const std::string told = lost_line(lost);
  EXPECT_EQ(pipe.read_up_to(told).size(), (1000 - lost) * line.size() + told.size());
  EXPECT_TRUE(writer.flush(kLong));
  writer.write("next\n");
  EXPECT_EQ(pipe.read_up_to("next\n"), "next\n");
}

TEST(LineWriter, EndsWhileNobodyReads) {
  SmallPipe pipe;
  LineWriter writer(pipe.writing_end(), lost_line);
  for (int i = 0; i < 100; ++i) writer.write(std::string(100, 'x'));
}

TEST(LineWriter, LosesWhatCannotBeWrittenUntilItCan) {
  SmallPipe pipe;
  const int target = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(target, 0);
  LineWriter writer(target, lost_line);
  writer.write("one\n");
  writer.write("two\n");
  EXPECT_TRUE(writer.flush(kLong));
  EXPECT_EQ(writer.lost(), 2U);
  ASSERT_EQ(::dup3(pipe.writing_end(), target, O_CLOEXEC), target);
  EXPECT_TRUE(writer.flush(kLong));
  writer.write("three\n");
  EXPECT_EQ(pipe.read_up_to("three\n"), "lost 2\nthree\n");
  ::close(target);
}

TEST(LineWriter, LeavesTheDescriptorBlockingForOthers) {
  SmallPipe pipe;
  LineWriter writer(pipe.writing_end(), lost_line);
  writer.write("x\n");
  EXPECT_TRUE(writer.flush(kLong));
  EXPECT_EQ(::fcntl(pipe.writing_end(), F_GETFL) & O_NONBLOCK, 0);
}

// Another process that shares the pipe has done this.
TEST(LineWriter, WaitsForRoomInANonBlockingPipe) {
  SmallPipe pipe;
  ::fcntl(pipe.writing_end(), F_SETFL, O_NONBLOCK);
  LineWriter writer(pipe.writing_end(), lost_line);
  writer.write(std::string(20'000, 'x') + "end\n");
  EXPECT_EQ(pipe.read_up_to("end\n").size(), 20'004U);
  EXPECT_EQ(writer.lost(), 0U);
}

}  // namespace
}  // namespace ngcshare
