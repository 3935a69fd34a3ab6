#include "protocol/link/range_set.h"

#include <algorithm>

namespace ngcshare::link {

std::vector<RangeSet::Range>::const_iterator RangeSet::first_ending_after(uint64_t value) const {
  // Fast path: most calls ask about the upper end.
  if (ranges_.empty() || ranges_.back().end <= value) return ranges_.end();
  return std::upper_bound(ranges_.begin(), ranges_.end(), value,
                          [](uint64_t wanted, const Range& range) { return wanted < range.end; });
}

uint64_t RangeSet::add(uint64_t begin, uint64_t end) {
  if (begin >= end) return 0;
  if (!ranges_.empty() && ranges_.back().end == begin) {
    ranges_.back().end = end;
    return end - begin;
  }
  // Merge all ranges that overlap or touch [begin, end).
  const auto first = begin == 0 ? ranges_.cbegin() : first_ending_after(begin - 1);
  Range merged{begin, end};
  uint64_t known = 0;
  auto last = first;
  for (; last != ranges_.cend() && last->begin <= end; ++last) {
    const uint64_t low = std::max(begin, last->begin);
    const uint64_t high = std::min(end, last->end);
    if (low < high) known += high - low;
    merged = {std::min(merged.begin, last->begin), std::max(merged.end, last->end)};
  }
  if (first == last) {
    ranges_.insert(first, merged);
  } else {
    const auto at = ranges_.begin() + (first - ranges_.cbegin());
    *at = merged;
    ranges_.erase(at + 1, last);
    shrink();
  }
  return end - begin - known;
}

void RangeSet::remove(uint64_t begin, uint64_t end) {
  if (begin >= end) return;
  auto at = ranges_.begin() + (first_ending_after(begin) - ranges_.cbegin());
  if (at == ranges_.end() || at->begin >= end) return;
  if (at->begin < begin && at->end > end) {
    const Range upper{end, at->end};
    at->end = begin;
    ranges_.insert(at + 1, upper);
    return;
  }
  if (at->begin < begin) {
    at->end = begin;
    ++at;
  }
  auto last = at;
  while (last != ranges_.end() && last->end <= end) ++last;
  if (last != ranges_.end() && last->begin < end) last->begin = end;
  ranges_.erase(at, last);
  shrink();
}

bool RangeSet::contains(uint64_t value) const {
  const auto at = first_ending_after(value);
  return at != ranges_.end() && at->begin <= value;
}

std::vector<RangeSet::Range> RangeSet::missing(uint64_t begin, uint64_t end) const {
  std::vector<Range> holes;
  uint64_t from = begin;
  for (auto at = first_ending_after(begin); from < end && at != ranges_.end() && at->begin < end;
       ++at) {
    if (from < at->begin) holes.push_back({from, at->begin});
    from = at->end;
  }
  if (from < end) holes.push_back({from, end});
  return holes;
}

}  // namespace ngcshare::link
