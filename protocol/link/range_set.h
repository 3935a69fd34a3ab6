// A set of unsigned 64-bit numbers stored as disjoint half-open ranges: packet numbers that have
// arrived, stream bytes that were acknowledged or lost. Made for few ranges; adding at the upper
// end is cheap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ngcshare::link {

class RangeSet {
 public:
  struct Range {
    uint64_t begin = 0;
    uint64_t end = 0;  // one past the last number

    uint64_t size() const { return end - begin; }
    bool operator==(const Range&) const = default;
  };

  // Adds [begin, end). Returns how many of its numbers were not in the set before.
  uint64_t add(uint64_t begin, uint64_t end);
  void remove(uint64_t begin, uint64_t end);
  void remove_below(uint64_t limit) { remove(0, limit); }

  bool contains(uint64_t value) const;
  // Returns the parts of [begin, end) that are not in the set, ascending.
  std::vector<Range> missing(uint64_t begin, uint64_t end) const;

  bool empty() const { return ranges_.empty(); }
  // Returns the ranges, ascending. Neighbours do not touch.
  const std::vector<Range>& ranges() const { return ranges_; }
  // Returns the bytes of memory that the ranges take, 0 as long as they are few.
  uint64_t allocated_bytes() const {
    return ranges_.capacity() > kFew ? ranges_.capacity() * sizeof(Range) : 0;
  }

 private:
  static constexpr size_t kFew = 64;

  // Gives memory back that ranges took before and do not need any more.
  void shrink() {
    if (ranges_.capacity() > kFew && ranges_.size() < ranges_.capacity() / 4) {
      ranges_.shrink_to_fit();
    }
  }
  // Returns the first range that ends after `value`.
  std::vector<Range>::const_iterator first_ending_after(uint64_t value) const;

  std::vector<Range> ranges_;
};

}  // namespace ngcshare::link
