#include "protocol/session/room_turns.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "tests/protocol/session/fake_host.h"
#include "tests/protocol/session/fakes.h"

namespace ngcshare::test {
namespace {

constexpr TimePoint kNow{std::chrono::hours(1)};

// Three open mappings that, when they get a turn, do what `on_turn` says.
struct Turns {
  Turns() {
    for (size_t i = 0; i < 3; ++i) {
      mappings.push_back(std::make_unique<Mapping>(host, offerer_identity(MsgId(i + 1))));
      mappings[i]->set_sink(&sinks[i]);
      mappings[i]->acknowledge();
      sinks[i].when_writable = [this, i] {
        served.push_back(i);
        if (on_turn) on_turn(i);
      };
    }
  }
  void wait(std::vector<size_t> which) {
    for (const size_t i : which) turns.add(*mappings[i]);
  }

  FakeHost host;
  RecordingSink sinks[3];
  std::vector<std::unique_ptr<Mapping>> mappings;
  std::vector<size_t> served;
  std::function<void(size_t)> on_turn;
  RoomTurns turns;
};

TEST(RoomTurns, ServesInTheOrderOfWaiting) {
  Turns world;
  world.wait({2, 0, 1, 2});
  world.turns.serve(true, kNow);
  EXPECT_EQ(world.served, (std::vector<size_t>{2, 0, 1}));
  EXPECT_TRUE(world.turns.empty());
}

TEST(RoomTurns, ServesNobodyWhileControlPacketsWait) {
  Turns world;
  world.wait({0});
  world.turns.serve(false, kNow);
  EXPECT_TRUE(world.served.empty());
  EXPECT_FALSE(world.turns.empty());
}

TEST(RoomTurns, LetsOthersSendStreamBytesOnlyWhenNobodyWaits) {
  Turns world;
  EXPECT_TRUE(world.turns.may_send_stream());
  world.wait({0});
  EXPECT_FALSE(world.turns.may_send_stream());
  world.on_turn = [&](size_t) { EXPECT_TRUE(world.turns.may_send_stream()); };
  world.turns.serve(true, kNow);
  EXPECT_TRUE(world.turns.may_send_stream());
}

TEST(RoomTurns, KeepsTheTurnOfAMappingThatFoundNoRoom) {
  Turns world;
  world.wait({0, 1});
  world.on_turn = [&](size_t i) {
    world.turns.note_sent(SendResult::kFull);
    world.turns.add(*world.mappings[i]);
  };
  world.turns.serve(true, kNow);
  world.turns.serve(true, kNow);
  EXPECT_EQ(world.served, (std::vector<size_t>{0, 0}));
}

TEST(RoomTurns, PutsAMappingThatSentSomethingAtTheEnd) {
  Turns world;
  world.wait({0, 1});
  world.on_turn = [&](size_t i) {
    world.turns.note_sent(SendResult::kSent);
    world.turns.note_sent(SendResult::kFull);
    world.turns.add(*world.mappings[i]);
  };
  for (int i = 0; i < 3; ++i) world.turns.serve(true, kNow);
  EXPECT_EQ(world.served, (std::vector<size_t>{0, 1, 0}));
}

TEST(RoomTurns, ForgetsAMappingThatIsTakenOut) {
  Turns world;
  world.wait({0, 1});
  world.turns.remove(*world.mappings[0]);
  world.turns.remove(*world.mappings[2]);  // does not wait
  world.turns.serve(true, kNow);
  EXPECT_EQ(world.served, (std::vector<size_t>{1}));
}

}  // namespace
}  // namespace ngcshare::test
