#include "protocol/session/mapping_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

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

TEST(MappingTable, ClosesTheMappingsOfAnOffer) {
  FakeHost host;
  MappingTable table;
  table.add(host, offerer_identity(5, 100));
  table.add(host, offerer_identity(6, 200));
  table.add(host, offerer_identity(7, 300));
  table.add(host, offerer_identity(4, 200));
  table.remove(4);
  const auto is_of_200 = [](const Mapping& mapping) { return mapping.offer_id() == 200; };
  EXPECT_EQ(table.ids_if(is_of_200), std::vector<MsgId>{6});
  EXPECT_EQ(table.ids_of(200), std::vector<MsgId>{6});
  table.close({6, 99}, KillReason::kClosed, kNow);
  EXPECT_EQ(host.ended, std::vector<MsgId>{6});
}

TEST(MappingTable, CountsOnlyOpenMappingsInTheDigest) {
  FakeHost host;
  MappingTable table;
  host.table = &table;
  table.add(host, offerer_identity(5));
  table.add(host, offerer_identity(6));
  EXPECT_EQ(table.open_digest(), 0U);
  table.find(5)->acknowledge();
  EXPECT_EQ(table.open_digest(), mapping_digest(5));
  table.find(6)->acknowledge();
  EXPECT_EQ(table.open_digest(), mapping_digest(5) + mapping_digest(6));
  table.find(5)->close(KillReason::kClosed, kNow);
  table.remove(5);
  EXPECT_EQ(table.open_digest(), mapping_digest(6));
}

TEST(MappingTable, AsksThePeerWhenTheSameDifferenceIsSeenTwice) {
  FakeHost host;
  MappingTable table;
  host.table = &table;
  table.add(host, offerer_identity(5)).acknowledge();
  host.control.clear();
  table.compare_open(1, 2, kNow);
  table.compare_open(1, 3, kNow);
  EXPECT_TRUE(host.control.empty()) << "a change is on its way";
  table.compare_open(1, 3, kNow);
  EXPECT_EQ(host.control.size(), 1U);
  table.compare_open(1, 3, kNow);
  EXPECT_EQ(host.control.size(), 1U) << "counts anew";
  table.compare_open(3, 3, kNow);
  table.compare_open(1, 3, kNow);
  EXPECT_EQ(host.control.size(), 1U);
}

// A peer whose digest is always wrong.
struct Disagreement {
  Disagreement() {
    host.table = &table;
    for (MsgId id = 1; id <= kMappings; ++id) table.add(host, offerer_identity(id)).acknowledge();
    host.control.clear();
  }
  void hello() { table.compare_open(table.open_digest(), 1, now); }
  // Returns the ids of the mappings about which the peer was asked.
  std::vector<MsgId> asked() const {
    std::vector<MsgId> ids;
    for (const Packet& packet : host.control) ids.push_back(std::get<AckAcc>(packet).mapping_id);
    return ids;
  }

  static constexpr MsgId kMappings = 500;
  TimePoint now = kNow;
  FakeHost host;
  MappingTable table;
};

TEST(MappingTable, AsksForFewMappingsAtOnceHoweverManyHellosDisagree) {
  Disagreement world;
  for (int i = 0; i < 1000; ++i) world.hello();
  EXPECT_EQ(world.asked().size(), size_t{MappingTable::kChecksAtOnce});
}

TEST(MappingTable, AsksForTheRestInTurnUntilItHasAskedForAll) {
  Disagreement world;
  world.hello();
  world.hello();
  while (const auto due = world.table.deadline(world.now)) {
    ASSERT_GT(*due, world.now);
    world.now = *due;
    world.table.tick(world.now);
    if (world.now > kNow + 10s) break;
  }
  std::vector<MsgId> all;
  for (MsgId id = 1; id <= Disagreement::kMappings; ++id) all.push_back(id);
  EXPECT_EQ(world.asked(), all);
  EXPECT_LT(world.now, kNow + 6s);
  EXPECT_GT(world.now, kNow + 4s);
}

TEST(MappingTable, AsksNoMoreWhenThePeerAgrees) {
  Disagreement world;
  world.hello();
  world.hello();
  const size_t asked = world.asked().size();
  world.table.compare_open(7, 7, world.now);
  EXPECT_FALSE(world.table.deadline(world.now));
  world.table.tick(world.now + 1s);
  EXPECT_EQ(world.asked().size(), asked);
}

TEST(MappingTable, AsksNothingAboutMappingsThatEndMeanwhile) {
  Disagreement world;
  world.hello();
  world.hello();
  for (MsgId id = 17; id <= Disagreement::kMappings; ++id) world.table.remove(id);
  world.table.tick(kNow + 1s);
  EXPECT_EQ(world.asked().size(), size_t{MappingTable::kChecksAtOnce});
  EXPECT_FALSE(world.table.deadline(kNow + 1s));
}

TEST(MappingTable, TicksWhatIsDueAndTellsWhatComesNext) {
  FakeHost host;
  MappingTable table;
  host.table = &table;
  Mapping& mapping = table.add(host, {Mapping::Role::kAcceptor, 5, 5, {true, false}, 0});
  mapping.start_accepting(kNow);
  host.control.clear();
  ASSERT_EQ(table.deadline(kNow), kNow + Retry::kFirstInterval);
  table.tick(kNow + Retry::kFirstInterval / 2);
  EXPECT_TRUE(host.control.empty());
  table.tick(kNow + Retry::kFirstInterval);
  EXPECT_EQ(host.control.size(), 1U) << "Accept is repeated";
  EXPECT_EQ(table.deadline(kNow), kNow + 3 * Retry::kFirstInterval);
}

// Many mappings whose Accepts are never answered, begun at different times.
TEST(MappingTable, ServesEveryDeadlineOnTimeAndForgetsThoseOfEndedMappings) {
  FakeHost host;
  MappingTable table;
  host.table = &table;
  constexpr int kCount = 200;
  for (int i = 0; i < kCount; ++i) {
    const auto id = static_cast<MsgId>(i + 1);
    table.add(host, {Mapping::Role::kAcceptor, id, 5, {true, false}, 0})
        .start_accepting(kNow + i * 10ms);
  }
  for (MsgId id = 1; id <= kCount; id += 2) table.remove(id);
  host.control.clear();
  std::map<MsgId, std::vector<Duration>> repeats;  // since kNow
  TimePoint now = kNow;
  while (const auto due = table.deadline(now)) {
    now = std::max(now, *due);
    table.tick(now);
    for (const Packet& packet : host.control) {
      repeats[std::get<Accept>(packet).offer_id].push_back(now - kNow);
    }
    host.control.clear();
    for (const MsgId id : std::exchange(host.ended, {})) {
      EXPECT_EQ(now, kNow + (id - 1) * 10ms + Mapping::kAcceptTimeout);
      table.remove(id);
    }
  }
  EXPECT_TRUE(table.empty());
  std::vector<Duration> expected;
  for (int i = 1; i < kCount; i += 2) {
    for (const auto after : {250ms, 750ms, 1750ms, 3750ms, 7750ms}) {
      expected.push_back(i * 10ms + after);
    }
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(repeats[0], expected);
}

}  // namespace
}  // namespace ngcshare::test
