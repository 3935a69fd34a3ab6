#include "protocol/link/range_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace ngcshare::link {
namespace {

using Range = RangeSet::Range;
using Ranges = std::vector<Range>;

RangeSet set_of(const Ranges& ranges) {
  RangeSet set;
  for (const Range& range : ranges) set.add(range.begin, range.end);
  return set;
}

TEST(RangeSet, AddsAndSaysHowManyAreNew) {
  struct Case {
    const char* name;
    Ranges before;
    Range added;
    uint64_t fresh;
    Ranges after;
  };
  const std::vector<Case> cases = {
      {"to an empty set", {}, {5, 8}, 3, {{5, 8}}},
      {"nothing", {{5, 8}}, {9, 9}, 0, {{5, 8}}},
      {"backwards", {{5, 8}}, {9, 6}, 0, {{5, 8}}},
      {"behind, touching", {{5, 8}}, {8, 9}, 1, {{5, 9}}},
      {"before, touching", {{5, 8}}, {2, 5}, 3, {{2, 8}}},
      {"behind a hole", {{5, 8}}, {9, 10}, 1, {{5, 8}, {9, 10}}},
      {"before a hole", {{5, 8}}, {1, 4}, 3, {{1, 4}, {5, 8}}},
      {"known already", {{5, 8}}, {6, 7}, 0, {{5, 8}}},
      {"over both ends", {{5, 8}}, {4, 9}, 2, {{4, 9}}},
      {"into a hole, filling it", {{1, 3}, {5, 8}}, {3, 5}, 2, {{1, 8}}},
      {"into a hole, touching neither", {{1, 3}, {7, 8}}, {4, 6}, 2, {{1, 3}, {4, 6}, {7, 8}}},
      {"over several", {{1, 3}, {5, 8}, {9, 12}}, {2, 10}, 3, {{1, 12}}},
      {"from 0", {{1, 3}}, {0, 1}, 1, {{0, 3}}},
      {"the highest", {}, {UINT64_MAX - 1, UINT64_MAX}, 1, {{UINT64_MAX - 1, UINT64_MAX}}},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.name);
    RangeSet set = set_of(row.before);
    EXPECT_EQ(set.add(row.added.begin, row.added.end), row.fresh);
    EXPECT_EQ(set.ranges(), row.after);
  }
}

TEST(RangeSet, RemovesWhatIsThere) {
  struct Case {
    const char* name;
    Range removed;
    Ranges after;
  };
  const Ranges before = {{2, 6}, {8, 10}, {12, 20}};
  const std::vector<Case> cases = {
      {"nothing", {4, 4}, before},
      {"a hole", {6, 8}, before},
      {"what lies above all", {20, 30}, before},
      {"the middle of a range", {14, 16}, {{2, 6}, {8, 10}, {12, 14}, {16, 20}}},
      {"the lower part", {1, 4}, {{4, 6}, {8, 10}, {12, 20}}},
      {"the upper part", {4, 7}, {{2, 4}, {8, 10}, {12, 20}}},
      {"a whole range", {8, 10}, {{2, 6}, {12, 20}}},
      {"parts of two and all between", {5, 13}, {{2, 5}, {13, 20}}},
      {"everything", {0, UINT64_MAX}, {}},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.name);
    RangeSet set = set_of(before);
    set.remove(row.removed.begin, row.removed.end);
    EXPECT_EQ(set.ranges(), row.after);
  }
}

TEST(RangeSet, NamesTheMissingParts) {
  const RangeSet set = set_of({{2, 6}, {8, 10}});
  EXPECT_EQ(set.missing(0, 12), (Ranges{{0, 2}, {6, 8}, {10, 12}}));
  EXPECT_EQ(set.missing(2, 10), (Ranges{{6, 8}}));
  EXPECT_EQ(set.missing(3, 5), Ranges{});
  EXPECT_EQ(set.missing(5, 7), (Ranges{{6, 7}}));
  EXPECT_EQ(set.missing(9, 9), Ranges{});
  EXPECT_EQ(set.missing(9, 3), Ranges{});
  EXPECT_EQ(RangeSet().missing(4, 7), (Ranges{{4, 7}}));
}

class NaiveSet {
 public:
  uint64_t add(uint64_t begin, uint64_t end) {
    const size_t before = values_.size();
    for (uint64_t value = begin; value < end; ++value) values_.insert(value);
    return values_.size() - before;
  }
  void remove(uint64_t begin, uint64_t end) {
    if (begin < end) values_.erase(values_.lower_bound(begin), values_.lower_bound(end));
  }
  bool contains(uint64_t value) const { return values_.contains(value); }
  Ranges ranges() const {
    Ranges result;
    for (const uint64_t value : values_) {
      if (!result.empty() && result.back().end == value) {
        ++result.back().end;
      } else {
        result.push_back({value, value + 1});
      }
    }
    return result;
  }
  Ranges missing(uint64_t begin, uint64_t end) const {
    NaiveSet rest;
    for (uint64_t value = begin; value < end; ++value) {
      if (!contains(value)) rest.add(value, value + 1);
    }
    return rest.ranges();
  }

 private:
  std::set<uint64_t> values_;
};

TEST(RangeSet, DoesWhatASetOfSingleNumbersDoes) {
  constexpr uint64_t kValues = 60;
  std::mt19937 random(1);
  for (int run = 0; run < 300; ++run) {
    RangeSet set;
    NaiveSet naive;
    for (int operation = 0; operation < 60; ++operation) {
      const uint64_t begin = random() % kValues;
      const uint64_t end = begin + random() % 9;
      if (random() % 3 != 0) {
        ASSERT_EQ(set.add(begin, end), naive.add(begin, end)) << "run " << run;
      } else {
        set.remove(begin, end);
        naive.remove(begin, end);
      }
      ASSERT_EQ(set.ranges(), naive.ranges()) << "run " << run;
      const uint64_t from = random() % kValues;
      const uint64_t to = random() % kValues;
      ASSERT_EQ(set.missing(from, to), naive.missing(from, to)) << "run " << run;
      ASSERT_EQ(set.contains(from), naive.contains(from)) << "run " << run;
    }
  }
}

}  // namespace
}  // namespace ngcshare::link
