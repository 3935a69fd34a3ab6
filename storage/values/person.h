// Identifies a person by the place where they are met and their key there. Nicknames are only
// displayed, never trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>

#include "storage/values/key.h"

namespace ngcshare::storage {

struct Person {
  Key32 chat_id{};  // of the group; all zero for a friend
  Key32 key{};      // the group public key; a friend's long-term public key

  friend auto operator<=>(const Person&, const Person&) = default;
};

// Uses eight bytes of each key: keys are curve points, which nobody can choose freely.
struct PersonHash {
  std::size_t operator()(const Person& person) const noexcept {
    std::uint64_t group = 0;
    std::uint64_t key = 0;
    std::memcpy(&group, person.chat_id.data(), sizeof group);
    std::memcpy(&key, person.key.data(), sizeof key);
    return std::hash<std::uint64_t>()(key ^ (group * 0x9E3779B97F4A7C15ULL));
  }
};

// Time and author of a decision.
struct Stamp {
  std::int64_t at = 0;                     // unix seconds
  std::optional<Key32> by = std::nullopt;  // group public key; nullopt: not a member of a group

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

}  // namespace ngcshare::storage
