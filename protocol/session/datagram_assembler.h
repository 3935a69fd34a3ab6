// Reassembles datagrams that were split for kCapFragment (SPEC.md §3.10): a whole datagram or
// nothing. Fragments may come in any order, twice or never; few incomplete datagrams are kept.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "protocol/wire/packet.h"

namespace ngcshare {

class DatagramAssembler {
 public:
  // Incomplete datagrams at once, of all mappings of a peer: at most 1 MiB in all.
  static constexpr size_t kMaxIncomplete = 16;

  // Adds a fragment. Returns the datagram if this was its last missing piece; valid until the next
  // call. Drops fragments that contradict earlier ones.
  std::optional<Bytes> add(const Fragment& fragment);

 private:
  struct Incomplete {
    MsgId mapping_id = 0;
    uint16_t number = 0;
    uint8_t count = 0;
    size_t missing = 0;
    size_t size = 0;  // known once the last fragment has come
    std::bitset<kMaxFragments> have;
    std::vector<uint8_t> bytes;
  };

  using Position = std::deque<Incomplete>::iterator;

  // Returns the fragment's datagram, or end() if an earlier fragment contradicts this one.
  Position find_or_begin(const Fragment& fragment);

  std::deque<Incomplete> incomplete_;  // the oldest first
  std::vector<uint8_t> complete_;
};

}  // namespace ngcshare
