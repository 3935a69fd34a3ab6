// Index of a member's pins, kept up to date with each of them, so that an Offer costs no walk over
// them: which gateways have a named pin, and which pins have been unused for longest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "bot/base/key.h"
#include "storage/stores/pin_store.h"
#include "storage/values/person.h"

namespace ngcshare {

class PinIndex {
 public:
  using Name = std::pair<Key, std::string>;  // in a group

  // A pin has to be taken out, as it was added, before it is changed. `open`: its service is open.
  void add(const storage::PinRecord& pin, bool open);
  void remove(const storage::PinRecord& pin, bool open);

  // Returns whether the gateway has a pin whose name the user has typed.
  bool has_named(const storage::Person& gateway) const { return named_.contains(gateway); }

  // Return the unnamed closed pin that is unused for longest, of a gateway or in a group, if that
  // has more than `most` unnamed ones.
  std::optional<Name> surplus_of(const storage::Person& gateway, size_t most) const;
  std::optional<Name> surplus_in(const Key& chat_id, size_t most) const;

 private:
  struct Unnamed {
    size_t count = 0;
    std::set<std::pair<int64_t, Name>> closed;  // by last use

    std::optional<Name> surplus(size_t most) const;
  };

  std::map<storage::Person, size_t> named_;
  std::map<storage::Person, Unnamed> of_gateway_;
  std::map<Key, Unnamed> in_group_;
};

}  // namespace ngcshare
