// Connecting to the first of several addresses that answers, on loopback.
#include "bot/target/tcp_dial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "tests/support/loop_rig.h"

namespace ngcshare {
namespace {

using asio::ip::tcp;

class TcpDialTest : public testing::Test {
 protected:
  static constexpr uint32_t kOffer = 0x31323334;

  ~TcpDialTest() override {
    result_.reset();
    rig_.run_ready();
  }
  std::shared_ptr<TcpDial> dial(TargetEndpoints endpoints,
                                Duration timeout = std::chrono::seconds(10),
                                TcpDial::SecondSocket second = nullptr) {
    result_.reset();
    return TcpDial::start(
        rig_.loop, std::move(endpoints), timeout,
        [this](Attempt attempt, const asio::error_code& error, tcp::socket socket) {
          EXPECT_FALSE(result_) << "called twice";
          EXPECT_EQ(attempt == Attempt::kReached, !error);
          result_.emplace(error, std::move(socket));
        },
        std::chrono::milliseconds(10), DialMark(kOffer), std::move(second));
  }
  static auto open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  }
  bool is_done() {
    return rig_.run_until([&] { return result_.has_value(); });
  }
  // Returns an endpoint of loopback at which nobody listens.
  tcp::endpoint closed() {
    return tcp::acceptor(rig_.loop, {asio::ip::address_v4::loopback(), 0}).local_endpoint();
  }
  // Returns an endpoint that never answers, because its queue of connections is full.
  tcp::endpoint silent() {
    full_.emplace(rig_.loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    full_->listen(0);
    for (int i = 0; i < 2; ++i) {
      fillers_.emplace_back(rig_.loop, tcp::v4());
      fillers_.back().async_connect(full_->local_endpoint(), [](const asio::error_code&) {});
    }
    rig_.run_ready();
    return full_->local_endpoint();
  }

  test::LoopRig rig_;
  tcp::acceptor service_{rig_.loop, {asio::ip::address_v4::loopback(), 0}};
  std::optional<tcp::acceptor> full_;
  std::vector<tcp::socket> fillers_;
  std::optional<std::pair<asio::error_code, tcp::socket>> result_;
};

// The service may be missing, and a member of the same machine have taken its port.
TEST_F(TcpDialTest, MarksItsConnection) {
  dial({service_.local_endpoint()});
  ASSERT_TRUE(is_done());
  tcp::socket accepted = service_.accept();
  EXPECT_TRUE(DialMark(kOffer).is_on(accepted));
}

TEST_F(TcpDialTest, TakesTheNextAddressWhenOneRefuses) {
  dial({closed(), service_.local_endpoint()});
  EXPECT_FALSE(result_) << "never from within start()";
  ASSERT_TRUE(is_done());
  ASSERT_FALSE(result_->first) << result_->first.message();
  EXPECT_EQ(result_->second.remote_endpoint(), service_.local_endpoint());
}

TEST_F(TcpDialTest, DoesNotWaitForASilentAddress) {
  dial({silent(), service_.local_endpoint()});
  ASSERT_TRUE(is_done());
  ASSERT_FALSE(result_->first) << result_->first.message();
  EXPECT_EQ(result_->second.remote_endpoint(), service_.local_endpoint());
}

TEST_F(TcpDialTest, HoldsTwoDescriptorsHoweverManyAddressesAreSilent) {
  const auto quiet = silent();
  const auto before = open_descriptors();
  dial({quiet, quiet, quiet, service_.local_endpoint()});
  auto most = before;
  ASSERT_TRUE(rig_.run_until([&] {
    most = std::max(most, open_descriptors());
    return result_.has_value();
  }));
  EXPECT_FALSE(result_->first) << result_->first.message();
  EXPECT_EQ(most, before + 2);
}

// It held two descriptors until the silent address was given up, on a lease of one.
TEST_F(TcpDialTest, ClosesTheSocketOfAnAddressThatRefusedAtOnce) {
  const TargetEndpoints endpoints{silent(), closed()};
  DescriptorBudget budget(1);
  const auto before = open_descriptors();
  int taken = 0;
  const auto running = dial(endpoints, std::chrono::seconds(10), [&] {
    ++taken;
    return budget.take(1);
  });
  EXPECT_EQ(taken, 0) << "the first socket is the caller's";
  ASSERT_TRUE(rig_.run_until([&] { return taken == 1; }));
  EXPECT_TRUE(rig_.run_until([&] { return budget.taken() == 0; }));
  EXPECT_EQ(open_descriptors(), before + 1);
  EXPECT_FALSE(result_) << "the silent one may still answer";
  running->stop();
}

TEST_F(TcpDialTest, TriesOneAddressAfterTheOtherWhereASecondSocketIsNotAllowed) {
  const TargetEndpoints endpoints{silent(), service_.local_endpoint()};
  const auto before = open_descriptors();
  DescriptorBudget budget(0);
  int asked = 0;
  dial(endpoints, std::chrono::seconds(10), [&] {
    ++asked;
    return budget.take(1);
  });
  ASSERT_TRUE(rig_.run_until([&] { return asked == 3; }));
  EXPECT_EQ(open_descriptors(), before + 1);
  budget.set_limit(1);
  ASSERT_TRUE(is_done());
  ASSERT_FALSE(result_->first) << result_->first.message();
  EXPECT_EQ(result_->second.remote_endpoint(), service_.local_endpoint());
  EXPECT_EQ(budget.taken(), 0U);
}

TEST_F(TcpDialTest, SaysThatItWasRefusedIfAnyAddressRefused) {
  dial({closed(), silent()}, std::chrono::milliseconds(20));
  ASSERT_TRUE(is_done());
  EXPECT_EQ(result_->first, asio::error::connection_refused);
  dial({closed()});
  ASSERT_TRUE(is_done());
  EXPECT_EQ(result_->first, asio::error::connection_refused);
}

TEST_F(TcpDialTest, EndsWhenNothingAnswers) {
  dial({silent()}, std::chrono::milliseconds(20));
  ASSERT_TRUE(is_done());
  EXPECT_EQ(result_->first, asio::error::timed_out);
  dial({});
  ASSERT_TRUE(is_done());
  EXPECT_TRUE(result_->first);
}

TEST_F(TcpDialTest, TriesAFewAddressesOnly) {
  TargetEndpoints endpoints(TcpDial::kMostAddresses, closed());
  endpoints.push_back(service_.local_endpoint());
  dial(endpoints);
  ASSERT_TRUE(is_done());
  EXPECT_EQ(result_->first, asio::error::connection_refused);
}

TEST_F(TcpDialTest, SaysNothingOnceItIsStopped) {
  for (int steps = 0; steps < 4; ++steps) {
    const auto running = dial({closed(), service_.local_endpoint()});
    for (int i = 0; i < steps; ++i) rig_.loop.poll_one();
    running->stop();
    rig_.run_ready();
    EXPECT_FALSE(result_ && steps == 0) << steps;
  }
}

}  // namespace
}  // namespace ngcshare
