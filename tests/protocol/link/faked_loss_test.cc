// Links of one process whose peers lie about loss, beside honest ones on paths of their own.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/protocol/link/link_world.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using link::CongestionAlgorithm;
using link::SharedLoss;

struct PathOfPeer {
  int rtt_ms = 0;
  int mbit = 0;
  double loss = 0;  // at random, of what is sent to the peer
};

// A peer that takes `path.loss` of the packets and says nothing of them looks like such a path.
std::unique_ptr<LinkWorld> peer(uint64_t seed, const PathOfPeer& path, SharedLoss& shared) {
  auto world = std::make_unique<LinkWorld>(seed, CongestionAlgorithm::kBbr, 1, &shared);
  netlab::Settings settings;
  settings.delay = std::chrono::microseconds(path.rtt_ms * 500);
  settings.rate = static_cast<uint64_t>(path.mbit) * 1'000'000;
  settings.queue_time = 50ms;
  world->set_path(1, settings);
  settings.loss = path.loss;
  world->set_path(0, settings);
  StreamManner endless;
  endless.endless = true;
  world->open(1, endless, {});
  return world;
}

void run(const std::vector<std::unique_ptr<LinkWorld>>& worlds, Duration duration) {
  for (Duration passed{}; passed < duration; passed += 2ms) {
    for (const auto& world : worlds) world->run(2ms);
  }
}

// Returns the bytes that an honest peer gets in ten seconds beside those who fake loss.
double goodput(const PathOfPeer& honest, const std::vector<PathOfPeer>& fakers) {
  SharedLoss shared;
  std::vector<std::unique_ptr<LinkWorld>> worlds;
  worlds.push_back(peer(1, honest, shared));
  for (const PathOfPeer& faker : fakers) worlds.push_back(peer(worlds.size() + 1, faker, shared));
  run(worlds, 3s);
  const uint64_t before = worlds[0]->b().bytes_read();
  run(worlds, 10s);
  return static_cast<double>(worlds[0]->b().bytes_read() - before);
}

// One that fakes loss has to wait for loss of the other; two of one person need not.
TEST(FakedLoss, OfAPeerSlowsNoOtherLink) {
  for (const PathOfPeer& honest : {PathOfPeer{50, 20, 0.01}, {10, 100, 0.01}}) {
    const double alone = goodput(honest, {});
    for (const std::vector<PathOfPeer>& fakers :
         {std::vector<PathOfPeer>{{4, 1, 0.3}}, {{4, 20, 0.3}}, {{4, 2, 0.3}, {4, 2, 0.3}}}) {
      EXPECT_GE(goodput(honest, fakers), 0.8 * alone)
          << honest.rtt_ms << " ms, " << honest.mbit << " Mbit/s, " << honest.loss << ", "
          << fakers.size() << " of " << fakers[0].mbit << " Mbit/s";
    }
  }
}

// The path of a link can be taken for a new one at any time: after a pause, or timeouts in a row.
TEST(FakedLoss, OfALinkThatStartsOverIsNotThatOfTwo) {
  SharedLoss shared;
  const auto world = peer(1, {10, 20, 0.2}, shared);
  for (int i = 0; i < 50; ++i) {
    world->run(400ms);
    world->a().link().suspend();
    world->a().link().resume(world->now());
    world->a().settle();
  }
  EXPECT_EQ(shared.trials(), 0U);
}

}  // namespace
}  // namespace ngcshare::test
