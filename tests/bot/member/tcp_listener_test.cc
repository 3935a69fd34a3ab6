// The member's local tcp ports, and the descriptors of the connections to them.
#include "bot/member/tcp_listener.h"

#include <gtest/gtest.h>

#include <list>
#include <optional>
#include <vector>

#include "bot/base/log.h"
#include "tests/support/mapping_rig.h"
#include "tests/support/no_descriptors.h"

namespace ngcshare {
namespace {

using Tcp = asio::ip::tcp;

class TcpListenerTest : public testing::Test {
 protected:
  TcpListenerTest() {
    Tcp::acceptor acceptor(rig_.loop, {asio::ip::address_v4::loopback(), 0});
    where_ = acceptor.local_endpoint();
    listener_.emplace(std::move(acceptor), descriptors_, [this](MappingSink& sink) {
      mappings_.push_back(test::decided_mapping(host_, {true, false}));
      mappings_.back()->set_sink(&sink);
      return mappings_.back();
    });
  }
  ~TcpListenerTest() override {
    listener_.reset();
    for (const auto& mapping : mappings_) {
      mapping->closed_by_peer(KillReason::kReset, steady_now());
    }
    rig_.run_ready();
  }
  void connect(size_t count) {
    for (size_t i = 0; i < count; ++i) programs_.emplace_back(rig_.loop).connect(where_);
  }
  bool has_opened(size_t count) {
    return rig_.run_until([&] { return mappings_.size() == count; });
  }
  size_t handlers_in_a_row() {
    size_t count = 0;
    while (count < 1000 && rig_.loop.poll_one() > 0) ++count;
    return count;
  }

  test::LoopRig rig_;
  test::RecordingHost host_{rig_.loop};
  DescriptorBudget descriptors_;
  std::vector<std::shared_ptr<Mapping>> mappings_;
  Tcp::endpoint where_;
  std::list<Tcp::socket> programs_;
  std::optional<TcpListener> listener_;
};

TEST_F(TcpListenerTest, LetsProgramsWaitForADescriptorInsteadOfRefusingThem) {
  descriptors_.set_limit(2);
  connect(3);
  ASSERT_TRUE(has_opened(2));
  EXPECT_LT(handlers_in_a_row(), 10U);
  EXPECT_EQ(mappings_.size(), 2U);
  mappings_.front()->closed_by_peer(KillReason::kReset, steady_now());
  EXPECT_TRUE(has_opened(3));
}

// A connection counts until its socket is closed: the program may take its last bytes slowly.
TEST_F(TcpListenerTest, CountsAConnectionThatOutlivesItsMapping) {
  connect(1);
  ASSERT_TRUE(has_opened(1));
  mappings_.front()->closed_by_peer(KillReason::kClosed, steady_now());
  rig_.run_ready();
  EXPECT_EQ(descriptors_.taken(), 1U);
  programs_.clear();
  EXPECT_TRUE(rig_.run_until([&] { return descriptors_.taken() == 0; }));
}

TEST_F(TcpListenerTest, NeitherSpinsNorFloodsTheLogWithoutDescriptors) {
  if (test::kSanitized) GTEST_SKIP();
  connect(1);
  const auto lines = [] {
    size_t count = 0;
    for (const LogEntry& entry : recent_log()) count += entry.event.starts_with("local.") ? 1 : 0;
    return count;
  };
  start_log("warn", false);
  const size_t before = lines();
  {
    const test::NoMoreDescriptors none;
    EXPECT_LT(handlers_in_a_row(), 10U);
    EXPECT_EQ(lines(), before + 1);
  }
  EXPECT_TRUE(has_opened(1));
}

}  // namespace
}  // namespace ngcshare
