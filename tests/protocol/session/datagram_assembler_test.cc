#include "protocol/session/datagram_assembler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ngcshare {
namespace {

constexpr MsgId kMapping = 0x7001;

// The pieces of one datagram of two fragments, whose bytes are all `fill`.
struct TwoPieces {
  explicit TwoPieces(uint8_t fill) : number(fill), bytes(kFragmentBytes + 10, fill) {}

  Fragment first() const { return {kMapping, number, 0, 2, Bytes(bytes).first(kFragmentBytes)}; }
  Fragment second() const { return {kMapping, number, 1, 2, Bytes(bytes).subspan(kFragmentBytes)}; }

  uint16_t number;
  std::vector<uint8_t> bytes;
};

std::vector<uint8_t> copy_of(const std::optional<Bytes>& bytes) {
  return bytes ? std::vector<uint8_t>(bytes->begin(), bytes->end()) : std::vector<uint8_t>();
}

// Each of many incomplete datagrams is completed in turn, from the oldest, from the newest and from
// the middle, and the completed one alone leaves.
TEST(DatagramAssembler, CompletesAnyOfManyIncompleteDatagrams) {
  for (size_t step = 1; step < DatagramAssembler::kMaxIncomplete; step += 2) {  // odd: all visited
    DatagramAssembler assembler;
    std::vector<TwoPieces> pieces;
    for (size_t i = 0; i < DatagramAssembler::kMaxIncomplete; ++i) {
      pieces.emplace_back(static_cast<uint8_t>(i + 1));
      EXPECT_FALSE(assembler.add(pieces.back().first()));
    }
    for (size_t i = 0; i < pieces.size(); ++i) {
      const TwoPieces& one = pieces[(i * step) % pieces.size()];
      EXPECT_EQ(copy_of(assembler.add(one.second())), one.bytes) << "step " << step << ", " << i;
    }
  }
}

TEST(DatagramAssembler, DropsTheOldestWhenTooManyAreIncomplete) {
  DatagramAssembler assembler;
  const TwoPieces oldest(1);
  EXPECT_FALSE(assembler.add(oldest.first()));
  for (size_t i = 0; i < DatagramAssembler::kMaxIncomplete; ++i) {
    EXPECT_FALSE(assembler.add(TwoPieces(static_cast<uint8_t>(i + 2)).first()));
  }
  EXPECT_FALSE(assembler.add(oldest.second()));
}

TEST(DatagramAssembler, DropsRepeatedAndContradictingFragments) {
  DatagramAssembler assembler;
  const TwoPieces one(1);
  EXPECT_FALSE(assembler.add(one.first()));
  EXPECT_FALSE(assembler.add(one.first()));
  Fragment other_count = one.second();
  other_count.count = 3;
  EXPECT_FALSE(assembler.add(other_count));
  EXPECT_EQ(copy_of(assembler.add(one.second())), one.bytes);
}

}  // namespace
}  // namespace ngcshare
