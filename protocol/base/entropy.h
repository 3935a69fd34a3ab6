// A source of random numbers: the operating system in the program, a seed in tests.
#pragma once

#include <cstdint>

namespace ngcshare {

class Entropy {
 public:
  virtual ~Entropy() = default;

  // Returns a uniformly random value, which in the program nobody else can predict.
  virtual uint32_t next_u32() = 0;
};

}  // namespace ngcshare
