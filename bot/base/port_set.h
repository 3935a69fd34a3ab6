// A set of ports, as a flag names them.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>

namespace ngcshare {

class PortSet {
 public:
  // Adds PORT[-LAST][,PORT…]. Returns false for any other text, and then adds nothing.
  bool add(std::string_view text);
  void remove(uint16_t port) { ports_.reset(port); }
  // Returns true if every port from `first` to `last` is in the set.
  bool contains(uint16_t first, uint16_t last) const;

 private:
  std::bitset<65536> ports_;
};

}  // namespace ngcshare
