// The decisions that make a run: drawn from a seed, or from a fuzzer's input.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

class Choices {
 public:
  virtual ~Choices() = default;
  // Returns a number from 0 to `end` - 1. REQUIRES: 0 < end <= 65536.
  virtual uint32_t below(uint32_t end) = 0;
  // Returns false when nothing is left to decide.
  virtual bool any_left() const = 0;

  bool one_in(uint32_t count) { return below(count) == 0; }
  // Returns an element. REQUIRES: `list` is not empty.
  template <typename List>
  decltype(auto) pick(List& list) {
    return list[below(static_cast<uint32_t>(list.size()))];
  }
};

class SeededChoices : public Choices {
 public:
  explicit SeededChoices(uint64_t seed) : entropy_(seed) {}
  uint32_t below(uint32_t end) override { return static_cast<uint32_t>(entropy_.below(end)); }
  bool any_left() const override { return true; }

 private:
  SeededEntropy entropy_;
};

}  // namespace ngcshare::test
