#include "bot/tox/callback_guard.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ngcshare {
namespace {

TEST(CallbackGuard, KeepsTheFirstExceptionUntilItIsAskedFor) {
  CallbackGuard guard;
  int runs = 0;
  guard.run([&] { ++runs; });
  guard.rethrow();
  guard.run([] { throw std::runtime_error("first"); });
  guard.run([&] { ++runs; });
  guard.run([] { throw std::logic_error("second"); });
  EXPECT_THROW(guard.rethrow(), std::runtime_error);
  guard.rethrow();
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace ngcshare
