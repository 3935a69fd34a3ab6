// Tests of the simulator itself.
#include "tests/simulation/world.h"

namespace ngcshare::test {
namespace {

struct Arrivals {
  explicit Arrivals(const Faults& faults) { channel.faults() = faults; }

  SendResult send(Channel where, uint8_t number) {
    const std::vector<uint8_t> body{number};
    return channel.send({where, PacketId::kData}, body);
  }

  EventQueue queue;
  SeededEntropy chance{1};
  std::vector<uint8_t> numbers;
  std::vector<TimePoint> times;
  SimChannel channel{queue, chance, [this](PacketId /*id*/, Bytes body) {
                       numbers.push_back(body[0]);
                       times.push_back(queue.now());
                     }};
};

TEST(EventQueue, HappensInOrderOfTimeAndThenOfAdding) {
  EventQueue queue;
  std::vector<int> order;
  queue.after(2s, [&] { order.push_back(3); });
  queue.after(1s, [&] { order.push_back(1); });
  queue.after(1s, [&] { order.push_back(2); });
  queue.run_for(1s);
  EXPECT_EQ(order, (std::vector{1, 2}));
  queue.run_for(1s);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(SimChannel, KeepsLosslessPacketsInOrderAndHoldsThemUpForThreeSecondsAfterALoss) {
  Arrivals arrivals({});
  const TimePoint start = arrivals.queue.now();
  arrivals.channel.lose_next(Channel::kLossless, 1);
  for (uint8_t i = 0; i < 5; ++i) arrivals.send(Channel::kLossless, i);
  arrivals.send(Channel::kLossy, 9);
  arrivals.queue.run_for(10s);
  EXPECT_EQ(arrivals.numbers, (std::vector<uint8_t>{9, 0, 1, 2, 3, 4}));
  EXPECT_EQ(arrivals.times[1] - start, 3s + 20ms);
}

TEST(SimChannel, IsFullWhenItsQueueIs) {
  Arrivals arrivals({.queue_size = 2});
  EXPECT_EQ(arrivals.send(Channel::kLossless, 1), SendResult::kSent);
  EXPECT_EQ(arrivals.send(Channel::kLossless, 2), SendResult::kSent);
  EXPECT_EQ(arrivals.send(Channel::kLossless, 3), SendResult::kFull);
  arrivals.queue.run_for(1s);
  EXPECT_EQ(arrivals.send(Channel::kLossless, 3), SendResult::kSent);
}

TEST(SimChannel, DeliversWhatWasSentWhileItWasDownAndNothingFromBeforeACut) {
  Arrivals arrivals({.down = true});
  arrivals.send(Channel::kLossless, 1);
  arrivals.send(Channel::kLossy, 2);
  arrivals.queue.run_for(4s);
  arrivals.channel.faults().down = false;
  arrivals.queue.run_for(10s);
  EXPECT_EQ(arrivals.numbers, std::vector<uint8_t>{1});
  arrivals.send(Channel::kLossless, 3);
  arrivals.channel.cut();
  arrivals.queue.run_for(10s);
  EXPECT_EQ(arrivals.numbers, std::vector<uint8_t>{1});
}

TEST(Simulator, RepeatsARunFromItsSeed) {
  const auto run = [] {
    World world(7);
    world.set_faults(random_ngc_path(world.chance));
    world.a.share(1, 80);
    world.run(5s);
    world.b.open_stream();
    world.run(20s);
    return std::pair(world.a.packets_sent(), world.b.packets_sent());
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace ngcshare::test
