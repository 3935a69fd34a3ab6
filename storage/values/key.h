// A 32-byte public key or chat id, as toxcore represents it.
#pragma once

#include <array>
#include <cstdint>

namespace ngcshare::storage {

using Key32 = std::array<std::uint8_t, 32>;

}  // namespace ngcshare::storage
