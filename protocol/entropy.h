// Where random numbers come from: the operating system in the program, a seed in tests.
#pragma once

#include <cstdint>

namespace ngcshare {

class Entropy {
 public:
  virtual ~Entropy() = default;

  // A uniformly random value that nobody else can predict (in the program).
  virtual uint32_t next_u32() = 0;
};

}  // namespace ngcshare
