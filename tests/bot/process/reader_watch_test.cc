#include "bot/process/reader_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace ngcshare {
namespace {

class ReaderWatchTest : public testing::Test {
 protected:
  // Watches ends_[1]; closes ends_[0]; returns how often the watch has called after that.
  int calls_when_closed() {
    int calls = 0;
    const ReaderWatch watch(loop_, ends_[1], [&calls] { ++calls; });
    loop_.poll();
    EXPECT_EQ(calls, 0);
    ::close(ends_[0]);
    for (int i = 0; i < 3; ++i) loop_.poll();
    ::close(ends_[1]);
    return calls;
  }

  asio::io_context loop_;
  std::array<int, 2> ends_{-1, -1};
};

TEST_F(ReaderWatchTest, NoticesThatAPipesReaderHasGoneWithoutWriting) {
  ASSERT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
  EXPECT_EQ(calls_when_closed(), 1);
}

TEST_F(ReaderWatchTest, LeavesThePipeBlockingForOthers) {
  ASSERT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
  const ReaderWatch watch(loop_, ends_[1], [] {});
  loop_.poll();
  EXPECT_EQ(::fcntl(ends_[1], F_GETFL) & O_NONBLOCK, 0);
  for (const int end : ends_) ::close(end);
}

TEST_F(ReaderWatchTest, DoesNotMindAFileOrASocket) {
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()), 0);
  EXPECT_EQ(calls_when_closed(), 0);
  ends_ = {::open("/dev/null", O_RDONLY | O_CLOEXEC), ::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  EXPECT_EQ(calls_when_closed(), 0);
}

}  // namespace
}  // namespace ngcshare
