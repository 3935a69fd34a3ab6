// Keys as hexadecimal text: reads either case, writes upper case.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/values/key.h"

namespace ngcshare {

using Key = storage::Key32;  // a chat id or a public key

std::string to_hex(std::span<const uint8_t> bytes);

// Returns nullopt unless `text` is an even number of hexadecimal digits.
std::optional<std::vector<uint8_t>> parse_hex(std::string_view text);

// Returns nullopt unless `text` is 64 hexadecimal digits.
std::optional<Key> parse_key(std::string_view text);

// Returns whether the key begins with `digits`, in either case. False if `digits` is empty.
bool has_prefix(const Key& key, std::string_view digits);

// Returns the first 8 digits: enough for a person to tell peers apart, never enough to trust one,
// because a key that begins with 8 given digits is found in minutes.
std::string short_key(const Key& key);

// Digits of a key that are enough to trust it: to find another key with them takes 2^64 tries.
inline constexpr size_t kTrustedDigits = 16;
// Returns the first kTrustedDigits digits, to be typed where a person or gateway is trusted.
std::string trusted_digits(const Key& key);

}  // namespace ngcshare
