#include "protocol/link/stream_queue.h"

#include <gtest/gtest.h>

namespace ngcshare::link {
namespace {

TEST(StreamQueue, KeepsTheOrderAndEachStreamOnce) {
  StreamQueue queue;
  StreamQueue::Place first;
  StreamQueue::Place second;
  queue.add(7, first);
  queue.add(8, second);
  queue.add(7, first);
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.front(), 7U);
  queue.remove(first);
  queue.remove(first);
  EXPECT_EQ(queue.front(), 8U);
  queue.add(7, first);
  EXPECT_EQ(queue.front(), 8U);
  queue.remove(second);
  queue.remove(first);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace ngcshare::link
