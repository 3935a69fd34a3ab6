#include "bot/peers/path_watch.h"

#include "tests/support/hub_rig.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::kAlice;
using test::kCarolElsewhere;

class PathWatchTest : public test::HubRig {
 protected:
  void look() {
    changes_.clear();
    watch_.look();
  }

  std::vector<PathStatus> changes_;
  PathWatch watch_{hub_, [this](const PathStatus& status) { changes_.push_back(status); }};
};

TEST_F(PathWatchTest, ShowsOnlyPeersThatSpeakTheExtension) {
  Peer& alice = join(kAlice);
  look();
  EXPECT_TRUE(changes_.empty());
  EXPECT_TRUE(watch_.list(std::nullopt).empty());
  receive(alice, test::offer_of_peer());
  look();
  ASSERT_EQ(changes_.size(), 1U);
  EXPECT_EQ(changes_[0].chat_id, kAlice.chat_id);
  EXPECT_EQ(changes_[0].peer, kAlice.key);
  EXPECT_TRUE(changes_[0].link);
  EXPECT_EQ(watch_.list(std::nullopt).size(), 1U);
}

TEST_F(PathWatchTest, ReportsAChangeOnce) {
  Peer& alice = join(kAlice);
  ASSERT_NE(open(alice), nullptr);
  look();
  look();
  EXPECT_TRUE(changes_.empty());
  contact_->relayed = true;
  look();
  ASSERT_EQ(changes_.size(), 1U);
  EXPECT_STREQ(path_name(changes_[0]), "relay");
  EXPECT_EQ(changes_[0].connections, 1U);
  hub_.lose(alice);
  look();
  ASSERT_EQ(changes_.size(), 1U);
  EXPECT_STREQ(path_name(changes_[0]), "lost");
  EXPECT_EQ(describe(changes_[0]), "lost, its connections wait");
  hub_.leave(alice);
  look();
  EXPECT_TRUE(changes_.empty());
  EXPECT_TRUE(watch_.list(std::nullopt).empty());
}

TEST_F(PathWatchTest, ReportsAPeerAgainThatHasLeftAndIsBack) {
  receive(join(kAlice), test::offer_of_peer());
  look();
  hub_.leave(*hub_.find(kAlice));
  look();
  receive(join(kAlice), test::offer_of_peer());
  look();
  EXPECT_EQ(changes_.size(), 1U);
}

TEST_F(PathWatchTest, TellsBaseModeFromTheLink) {
  Offer offer = test::offer_of_peer();
  offer.extension->capabilities = kCapMulti | kCapWindow;
  receive(join(kAlice), offer);
  look();
  ASSERT_EQ(changes_.size(), 1U);
  EXPECT_FALSE(changes_[0].link);
  EXPECT_FALSE(changes_[0].round_trip);
  EXPECT_FALSE(changes_[0].lost);
  EXPECT_EQ(describe(changes_[0]),
            "direct, base mode: slow, and wrong bytes where the path loses packets");
}

TEST_F(PathWatchTest, ComputesRatesOverTheInterval) {
  Peer& alice = join(kAlice);
  Mapping* const mapping = open(alice);
  ASSERT_NE(mapping, nullptr);
  look();
  mapping->write(std::vector<uint8_t>(1000, 1));
  hub_.pump();
  const uint64_t sent = alice.session->link_stats()->bytes_sent;
  EXPECT_GE(sent, 1000U);
  now_ += PathWatch::kInterval;
  look();
  EXPECT_TRUE(changes_.empty());
  const auto busy = watch_.list(std::nullopt);
  ASSERT_EQ(busy.size(), 1U);
  EXPECT_DOUBLE_EQ(busy[0].sent_per_second, static_cast<double>(sent) / 2);
  EXPECT_DOUBLE_EQ(busy[0].received_per_second, 0);
  now_ += PathWatch::kInterval;
  look();
  EXPECT_DOUBLE_EQ(watch_.list(std::nullopt)[0].sent_per_second, 0);
}

TEST_F(PathWatchTest, ListsTheGroupThatIsAskedFor) {
  receive(join(kAlice), test::offer_of_peer());
  receive(join(kCarolElsewhere), test::offer_of_peer());
  EXPECT_EQ(watch_.list(std::nullopt).size(), 2U);
  const auto here = watch_.list(kCarolElsewhere.chat_id);
  ASSERT_EQ(here.size(), 1U);
  EXPECT_EQ(here[0].peer, kCarolElsewhere.key);
}

TEST(PathStatus, IsDescribedInOneLine) {
  PathStatus status;
  status.link = true;
  status.round_trip = 51ms;
  status.lost = 0.001;
  status.received_per_second = 2.1e6;
  EXPECT_EQ(describe(status),
            "direct, link, round trip 51 ms, 0.1 % lost, 2.1 MB/s in, 0.0 MB/s out");
  status.relayed = true;
  status.round_trip = 1500us;
  status.lost.reset();
  EXPECT_EQ(describe(status), "relay, link, round trip 1.5 ms, 2.1 MB/s in, 0.0 MB/s out");
}

}  // namespace
}  // namespace ngcshare
