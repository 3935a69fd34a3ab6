// Accepting connections while there are descriptors, and waiting while there are none.
#include "bot/process/accept_loop.h"

#include <gtest/gtest.h>

#include <asio/ip/tcp.hpp>
#include <list>
#include <optional>
#include <vector>

#include "tests/support/loop_rig.h"
#include "tests/support/no_descriptors.h"

namespace ngcshare {
namespace {

using Tcp = asio::ip::tcp;

class AcceptLoopTest : public testing::Test {
 protected:
  AcceptLoopTest() {
    Tcp::acceptor acceptor(rig_.loop, {asio::ip::address_v4::loopback(), 0});
    where_ = acceptor.local_endpoint();
    accepting_.emplace(
        std::move(acceptor), budget_,
        [this](Tcp::socket socket, DescriptorBudget::Lease lease) {
          accepted_.emplace_back(std::move(socket), std::move(lease));
          if (ends_itself_) accepting_.reset();
        },
        [this](const asio::error_code& why) { waits_.push_back(why); });
  }
  ~AcceptLoopTest() override {
    accepting_.reset();
    rig_.run_ready();
  }
  // The kernel connects them, whoever accepts.
  void connect(size_t count) {
    for (size_t i = 0; i < count; ++i) clients_.emplace_back(rig_.loop).connect(where_);
  }
  bool accepts(size_t count) {
    return rig_.run_until([&] { return accepted_.size() == count; });
  }
  // Returns the number of handlers that are ready one after the other, up to 1000: a loop that asks
  // again at once has no end of them.
  size_t handlers_in_a_row() {
    size_t count = 0;
    while (count < 1000 && rig_.loop.poll_one() > 0) ++count;
    return count;
  }

  test::LoopRig rig_;
  DescriptorBudget budget_;
  Tcp::endpoint where_;
  std::list<std::pair<Tcp::socket, DescriptorBudget::Lease>> accepted_;
  std::vector<asio::error_code> waits_;
  std::list<Tcp::socket> clients_;
  bool ends_itself_ = false;
  std::optional<AcceptLoop<Tcp>> accepting_;
};

TEST_F(AcceptLoopTest, AcceptsOneAfterTheOther) {
  connect(20);
  EXPECT_TRUE(accepts(20));
  EXPECT_EQ(budget_.taken(), 20U);
  EXPECT_TRUE(waits_.empty());
}

TEST_F(AcceptLoopTest, WaitsWhileTheBudgetIsUsedUpAndGoesOnWhenSomeIsFree) {
  budget_.set_limit(2);
  connect(3);
  EXPECT_TRUE(accepts(2));
  EXPECT_LT(handlers_in_a_row(), 10U);
  EXPECT_EQ(accepted_.size(), 2U);
  accepted_.pop_front();
  EXPECT_TRUE(accepts(2));
  EXPECT_EQ(waits_.size(), 1U) << "said once";
}

TEST_F(AcceptLoopTest, WaitsForDescriptorsWithoutSpinning) {
  if (test::kSanitized) GTEST_SKIP();
  connect(2);
  {
    const test::NoMoreDescriptors none;
    EXPECT_LT(handlers_in_a_row(), 10U);
    EXPECT_TRUE(accepted_.empty());
    EXPECT_EQ(budget_.taken(), 0U);
    ASSERT_EQ(waits_.size(), 1U);
    EXPECT_EQ(waits_.front(), asio::error::no_descriptors);
  }
  EXPECT_TRUE(accepts(2));
}

TEST_F(AcceptLoopTest, MayEndFromInsideItsHandler) {
  ends_itself_ = true;
  connect(3);
  EXPECT_TRUE(accepts(1));
  rig_.run_ready();
  EXPECT_EQ(accepted_.size(), 1U);
}

TEST_F(AcceptLoopTest, MayEndWhileItWaits) {
  budget_.set_limit(0);
  connect(1);
  ASSERT_TRUE(rig_.run_until([&] { return waits_.size() == 1; }));
  accepting_.reset();
  rig_.run_ready();
  EXPECT_TRUE(accepted_.empty());
}

}  // namespace
}  // namespace ngcshare
