#include "bot/tunnel/pending_bytes.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(PendingBytes, GivesMemoryBackWhileSomeBytesAreLeft) {
  PendingBytes pending;
  pending.append(std::vector<uint8_t>(512 * 1024, 7));
  pending.drop(512 * 1024 - 100);
  EXPECT_EQ(pending.size(), 100U);
  EXPECT_LE(pending.allocated(), 400U);
  EXPECT_EQ(pending.view()[99], 7);
}

TEST(PendingBytes, GivesAllMemoryBackWithTheLastByte) {
  PendingBytes pending;
  pending.append(std::vector<uint8_t>(100, 7));
  pending.drop(100);
  EXPECT_EQ(pending.allocated(), 0U);
}

}  // namespace
}  // namespace ngcshare
