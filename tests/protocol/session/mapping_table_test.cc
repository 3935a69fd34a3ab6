#include "protocol/session/mapping_table.h"

#include <gtest/gtest.h>

#include "tests/protocol/session/fake_host.h"
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kNow{1h};

TEST(MappingTable, FindsWhatRuns) {
  FakeHost host;
  MappingTable table;
  Mapping& mapping = table.add(host, offerer_identity(5));
  EXPECT_EQ(table.find(5), &mapping);
  EXPECT_EQ(table.find(6), nullptr);
  EXPECT_EQ(table.size(), 1U);
}

TEST(MappingTable, GivesAnEndedMappingToTheCaller) {
  FakeHost host;
  MappingTable table;
  Mapping& mapping = table.add(host, offerer_identity(5));
  EXPECT_EQ(table.remove(5).get(), &mapping);
  EXPECT_TRUE(table.empty());
}

TEST(MappingTable, OrphansTheMappingsThatOutliveIt) {
  FakeHost host;
  std::shared_ptr<Mapping> kept;
  {
    MappingTable table;
    kept = table.add(host, offerer_identity(5)).shared_from_this();
    kept->acknowledge();
  }
  EXPECT_EQ(kept->state(), Mapping::State::kClosed);
  host.control.clear();
  EXPECT_EQ(kept->write(some_bytes(10)), 0U);
  kept->finish(kNow);
  kept->acknowledge();
  kept->close(KillReason::kReset, kNow);
  EXPECT_TRUE(host.control.empty());
  EXPECT_TRUE(host.ended.empty());
}

TEST(MappingTable, ClosesOnlyThoseThatMatch) {
  FakeHost host;
  MappingTable table;
  table.add(host, offerer_identity(5, 100));
  table.add(host, offerer_identity(6, 200));
  const auto is_of_200 = [](const Mapping& mapping) { return mapping.offer_id() == 200; };
  EXPECT_EQ(table.ids_if(is_of_200), std::vector<MsgId>{6});
  table.close_if(is_of_200, KillReason::kClosed, kNow);
  EXPECT_EQ(host.ended, std::vector<MsgId>{6});
}

TEST(MappingTable, CountsOnlyOpenMappingsInTheDigest) {
  FakeHost host;
  MappingTable table;
  table.add(host, offerer_identity(5));
  EXPECT_EQ(table.open_digest(), 0U);
  table.find(5)->acknowledge();
  EXPECT_EQ(table.open_digest(), mapping_digest(5));
}

TEST(MappingTable, AsksThePeerWhenTheSameDifferenceIsSeenTwice) {
  FakeHost host;
  MappingTable table;
  table.add(host, offerer_identity(5)).acknowledge();
  host.control.clear();
  table.compare_open(1, 2);
  table.compare_open(1, 3);
  EXPECT_TRUE(host.control.empty()) << "a change is on its way";
  table.compare_open(1, 3);
  EXPECT_EQ(host.control.size(), 1U);
  table.compare_open(1, 3);
  EXPECT_EQ(host.control.size(), 1U) << "counts anew";
  table.compare_open(3, 3);
  table.compare_open(1, 3);
  EXPECT_EQ(host.control.size(), 1U);
}

TEST(MappingTable, TicksWhatIsDueAndTellsWhatComesNext) {
  FakeHost host;
  MappingTable table;
  Mapping& mapping = table.add(host, {Mapping::Role::kAcceptor, 5, 5, {true, false}, 0});
  mapping.start_accepting(kNow);
  host.control.clear();
  Alarm alarm;
  table.set(alarm);
  ASSERT_EQ(alarm.when(), kNow + Retry::kFirstInterval);
  table.tick(kNow + Retry::kFirstInterval / 2);
  EXPECT_TRUE(host.control.empty());
  table.tick(kNow + Retry::kFirstInterval);
  EXPECT_EQ(host.control.size(), 1U) << "Accept is repeated";
}

}  // namespace
}  // namespace ngcshare::test
