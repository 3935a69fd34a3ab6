// Text as toxcore takes it.
#pragma once

#include <cstdint>
#include <string>

namespace ngcshare {

// Returns the text's bytes, which live as long as `text`.
inline const uint8_t* as_bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace ngcshare
