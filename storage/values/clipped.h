// Cuts text from a chat to the size that the database stores.
#pragma once

#include <cstddef>
#include <string_view>

namespace ngcshare::storage {

// Returns the longest prefix of at most `limit` bytes that ends between UTF-8 sequences.
constexpr std::string_view clipped(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  std::size_t end = limit;
  while (end > 0 && limit - end < 3 && continues(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace ngcshare::storage
