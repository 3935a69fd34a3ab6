// Keys as people type and read them: hexadecimal, either case in, upper case out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/key.h"

namespace ngcshare {

using Key = storage::Key32;  // a chat id or a public key

std::string to_hex(std::span<const uint8_t> bytes);

// nullopt unless `text` is an even number of hexadecimal digits.
std::optional<std::vector<uint8_t>> parse_hex(std::string_view text);

// nullopt unless `text` is 64 hexadecimal digits.
std::optional<Key> parse_key(std::string_view text);

// Whether the key begins with these digits, in either case. False where there are none.
bool has_prefix(const Key& key, std::string_view digits);

// The first 8 digits: enough for a person to tell peers apart at a glance, never to trust one.
std::string short_key(const Key& key);

}  // namespace ngcshare
