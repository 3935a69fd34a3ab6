// Epochs that show who has drawn them.
#include "bot/peers/epoch_seal.h"

#include <gtest/gtest.h>

#include <set>

#include "protocol/wire/msg_id.h"
#include "tests/support/hub_rig.h"

namespace ngcshare {
namespace {

using test::kAlice;
using test::kBob;

constexpr int64_t kStep = 180'000'000;

TEST(EpochSeal, RecognizesWhatItsSecretHasDrawnForThatPeerAtThatTime) {
  const EpochSeal seal({1, 2, 3});
  const EpochSeal same({1, 2, 3});
  const EpochSeal other({1, 2, 4});
  test::SeededEntropy entropy(1);
  const storage::Person elsewhere{test::kCarolElsewhere.chat_id, kAlice.key};
  for (int i = 0; i < 100; ++i) {
    const uint32_t epoch = seal.draw(kAlice, kStep, entropy);
    EXPECT_TRUE(may_be_drawn(epoch));
    EXPECT_TRUE(same.is_own(epoch, kAlice, kStep));
    EXPECT_FALSE(other.is_own(epoch, kAlice, kStep));
    EXPECT_FALSE(same.is_own(epoch, kBob, kStep));
    EXPECT_FALSE(same.is_own(epoch, elsewhere, kStep));
    EXPECT_FALSE(same.is_own(epoch, kAlice, kStep + 1));
  }
}

TEST(EpochSeal, DrawsDifferentEpochs) {
  const EpochSeal seal({1, 2, 3});
  test::SeededEntropy entropy(1);
  std::set<uint32_t> drawn;
  for (int64_t step = kStep; step < kStep + 1000; ++step) {
    drawn.insert(seal.draw(kAlice, step, entropy));
  }
  EXPECT_EQ(drawn.size(), 1000U);
}

TEST(EpochSeal, IsNotGuessed) {
  const EpochSeal seal({1, 2, 3});
  test::SeededEntropy entropy(1);
  int right = 0;
  for (int i = 0; i < 100'000; ++i) right += seal.is_own(entropy.next_u32(), kAlice, kStep) ? 1 : 0;
  EXPECT_EQ(right, 0);
}

}  // namespace
}  // namespace ngcshare
