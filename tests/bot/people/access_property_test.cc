// Compares random changes with a naive model: after each change, every person must have the model's
// level, and its decision for every service, even if the database is reopened in between.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "tests/bot/people/access_model.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare {
namespace {

using test::Model;
using test::Step;
using test::World;

constexpr std::uint64_t kSeeds = 20;
constexpr std::uint64_t kSteps = 500;
constexpr std::uint64_t kReopenEvery = 40;  // on average

void run(std::uint64_t seed) {
  const storage::TemporaryFolder folder;
  const auto path = folder / "ngcshare.db";
  test::SeededEntropy random(seed);
  std::optional<World> world(std::in_place, path);
  Model model;
  for (std::uint64_t i = 0; i < kSteps; ++i) {
    const std::uint64_t number = seed * 1'000'000 + i;
    const Step step(number);
    ASSERT_EQ(world->apply(step), model.apply(step)) << "step " << number;
    if (random.below(kReopenEvery) == 0) {
      world.reset();
      world.emplace(path);
    }
    ASSERT_EQ(world->facts(step.now), model.facts(step.now)) << "step " << number;
    ASSERT_EQ(world->facts(step.now + 100), model.facts(step.now + 100)) << "step " << number;
  }
}

class AccessProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AccessProperty, DecidesAsTheModelDoes) { run(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Seeds, AccessProperty, testing::Range<std::uint64_t>(1, kSeeds + 1));

}  // namespace
}  // namespace ngcshare
