// Random numbers from the operating system, through libsodium.
#pragma once

#include <sodium.h>

#include "protocol/base/entropy.h"

namespace ngcshare {

class SystemEntropy : public Entropy {
 public:
  uint32_t next_u32() override { return randombytes_random(); }
};

}  // namespace ngcshare
