// Keys that a test can tell apart at a glance.
#pragma once

#include "bot/base/key.h"

namespace ngcshare::test {

inline Key key_of(uint8_t fill) {
  Key key{};
  key.fill(fill);
  return key;
}

}  // namespace ngcshare::test
