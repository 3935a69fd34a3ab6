// Notices offers whose names can be mistaken for those of another gateway or for a name that the
// user typed, such as "minecraft" with a character that cannot be seen.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bot/base/key.h"

namespace ngcshare {

class Lookalikes {
 public:
  // Warnings about the names of one gateway, so that it cannot flood the user with them.
  static constexpr size_t kMostWarnings = 8;
  static constexpr size_t kMostWarned = 256;  // gateways; then all are counted anew

  // `typed` are the names that the user asked for.
  explicit Lookalikes(std::vector<std::string> typed);

  struct Twin {
    std::string name;
    std::optional<Key> gateway = std::nullopt;  // nullopt: the user typed it
  };
  // Adds an offer. Returns another name that it looks like, or nullopt if there is none, if the
  // offer is known, and after kMostWarnings for its gateway.
  std::optional<Twin> add(const Key& gateway, const std::string& name);
  void remove(const Key& gateway, const std::string& name);

 private:
  std::optional<Twin> find(const Key& gateway, const std::string& name,
                           const std::u32string& look) const;

  std::vector<std::pair<std::string, std::u32string>> typed_;  // names and appearances
  std::map<std::u32string, std::set<std::pair<Key, std::string>>> offered_;  // by appearance
  std::map<Key, size_t> warnings_;                                           // numbers, by gateway
};

}  // namespace ngcshare
