// Kills a child with SIGKILL at random moments while it makes and acknowledges random changes.
// Exactly the acknowledged ones must then hold, or one more that was not acknowledged in time.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>

#include "tests/bot/people/access_model.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare {
namespace {

using test::Model;
using test::Step;
using test::World;

constexpr std::uint64_t kSeed = 4711;
constexpr std::uint64_t kFirstStep = kSeed * 1'000'000;
constexpr int kRounds = 40;
constexpr std::uint64_t kMostAcknowledgedARound = 60;

// Makes the changes from `first` on in a child that is killed; returns the number of acknowledged
// ones.
std::uint64_t change_and_kill(const std::filesystem::path& path, std::uint64_t first,
                              std::uint64_t least) {
  return storage::run_and_kill(least, [&](const storage::Acknowledge& acknowledge) {
    World world(path);
    for (std::uint64_t number = first;; ++number) {
      world.apply(Step(number));
      if (!acknowledge()) return;
    }
  });
}

TEST(AccessCrash, EveryAcknowledgedChangeSurvivesKill9) {
  const storage::TemporaryFolder folder;
  const std::filesystem::path path = folder / "ngcshare.db";
  test::SeededEntropy random(kSeed);
  Model model;
  std::uint64_t next = kFirstStep;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t least = random.below(kMostAcknowledgedARound + 1);
    const std::uint64_t acknowledged = change_and_kill(path, next, least);
    for (const std::uint64_t end = next + acknowledged; next < end; ++next) {
      model.apply(Step(next));
    }

    const std::int64_t now = Step(next).now;
    const test::Facts found = World(path).facts(now);
    if (found != model.facts(now)) model.apply(Step(next++));  // done but not acknowledged
    ASSERT_EQ(found, model.facts(now)) << "round " << round << ", step " << next;
    ASSERT_EQ(storage::pragma_of(path, "integrity_check"), "ok") << "round " << round;
  }
  EXPECT_GT(next - kFirstStep, 500U);
}

}  // namespace
}  // namespace ngcshare
