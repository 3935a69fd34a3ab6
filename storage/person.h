// Who somebody is: a key in a group. A nickname is shown and never trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>

#include "storage/key.h"

namespace ngcshare::storage {

struct Person {
  Key32 chat_id{};
  Key32 key{};  // the group public key

  friend auto operator<=>(const Person&, const Person&) = default;
};

// Both keys are points that nobody chooses freely: eight bytes of each tell people apart.
struct PersonHash {
  std::size_t operator()(const Person& person) const noexcept {
    std::uint64_t group = 0;
    std::uint64_t key = 0;
    std::memcpy(&group, person.chat_id.data(), sizeof group);
    std::memcpy(&key, person.key.data(), sizeof key);
    return std::hash<std::uint64_t>()(key ^ (group * 0x9E3779B97F4A7C15ULL));
  }
};

// When something was decided, and by whom.
struct Stamp {
  std::int64_t at = 0;                     // unix seconds
  std::optional<Key32> by = std::nullopt;  // group public key; nullopt: nobody in a group

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

}  // namespace ngcshare::storage
