// The URL-safe Base64 of RFC 4648 §5 without padding, in its one form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.h"

namespace ngcshare {

std::string to_base64(Bytes bytes);

// Returns nullopt unless to_base64() writes exactly this text.
std::optional<std::vector<uint8_t>> parse_base64(std::string_view text);

}  // namespace ngcshare
