#include "protocol/base/deadline_queue.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

TEST(DeadlineQueue, GivesWhatIsDueInOrder) {
  DeadlineQueue<int> queue;
  EXPECT_EQ(queue.next(), std::nullopt);
  queue.ring_by(1, kStart + 3s);
  queue.ring_by(2, kStart + 1s);
  queue.ring_by(3, kStart + 1s);
  EXPECT_EQ(queue.next(), kStart + 1s);
  EXPECT_EQ(queue.take_due(kStart), std::nullopt);
  EXPECT_EQ(queue.take_due(kStart + 2s), 2);
  EXPECT_EQ(queue.take_due(kStart + 2s), 3);
  EXPECT_EQ(queue.take_due(kStart + 2s), std::nullopt);
  EXPECT_EQ(queue.next(), kStart + 3s);
}

TEST(DeadlineQueue, KeepsTheEarliestDeadlineOfAKey) {
  DeadlineQueue<int> queue;
  queue.ring_by(1, kStart + 2s);
  queue.ring_by(1, kStart + 3s);
  EXPECT_EQ(queue.next(), kStart + 2s);
  queue.ring_by(1, kStart + 1s);
  EXPECT_EQ(queue.next(), kStart + 1s);
  EXPECT_EQ(queue.take_due(kStart + 5s), 1);
  EXPECT_EQ(queue.next(), std::nullopt);
  EXPECT_EQ(queue.size(), 0U);
}

TEST(DeadlineQueue, ForgetsAKey) {
  DeadlineQueue<int> queue;
  queue.ring_by(1, kStart);
  queue.ring_by(2, kStart + 1s);
  queue.remove(1);
  queue.remove(7);
  EXPECT_EQ(queue.next(), kStart + 1s);
  EXPECT_EQ(queue.size(), 1U);
}

}  // namespace
}  // namespace ngcshare
