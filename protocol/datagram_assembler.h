// Puts datagrams together that were split for kCapFragment (SPEC.md §3.10): a whole datagram or
// nothing. Fragments may come in any order, twice or never; few datagrams are kept incomplete.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "protocol/packet.h"

namespace ngcshare {

class DatagramAssembler {
 public:
  // Incomplete datagrams at once, of all mappings of a peer: at most 1 MiB of them.
  static constexpr size_t kMaxIncomplete = 16;

  // The datagram, when this was the last missing piece of it. Valid until the next call. Pieces
  // that contradict each other are dropped.
  std::optional<Bytes> add(const Fragment& fragment);

 private:
  struct Incomplete {
    MsgId mapping_id = 0;
    uint16_t number = 0;
    uint8_t count = 0;
    size_t missing = 0;
    size_t size = 0;  // known when the last piece has come
    std::bitset<kMaxFragments> have;
    std::vector<uint8_t> bytes;
  };

  Incomplete* find_or_begin(const Fragment& fragment);

  std::deque<Incomplete> incomplete_;  // the oldest first
  std::vector<uint8_t> complete_;
};

}  // namespace ngcshare
