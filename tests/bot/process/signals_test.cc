#include "bot/process/signals.h"

#include <gtest/gtest.h>

#include <csignal>

namespace ngcshare {
namespace {

TEST(Signals, AreIgnoredOrNot) {
  EXPECT_FALSE(is_ignored(SIGHUP));
  const auto before = std::signal(SIGHUP, SIG_IGN);
  EXPECT_TRUE(is_ignored(SIGHUP));
  std::signal(SIGHUP, [](int) {});
  EXPECT_FALSE(is_ignored(SIGHUP));
  std::signal(SIGHUP, before);
}

}  // namespace
}  // namespace ngcshare
