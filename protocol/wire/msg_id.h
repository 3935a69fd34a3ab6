// Random numbers that name offers and mappings between two peers (SPEC.md §2), and ServiceKey.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "protocol/base/entropy.h"

namespace ngcshare {

using MsgId = uint32_t;

// Names a service at its owner. The protocol only compares keys; they never travel.
using ServiceKey = uint64_t;

// File kinds of the group file transfer extension ngc_ft1, which shares our packet ids: its first
// three packets begin with one of them where ours begin with a msg_id.
inline constexpr std::array<uint32_t, 14> kNgcFt1FileKinds = {
    0,     1,          2,          3,          4,          8,          0xF00,
    0xF02, 0x09000000, 0x09000001, 0x09000100, 0x09000101, 0x09000200, 0x09000210};

// Returns true for values that are never a msg_id or an epoch: 0 and the ngc_ft1 file kinds.
inline bool is_reserved_msg_id(uint32_t value) {
  return std::find(kNgcFt1FileKinds.begin(), kNgcFt1FileKinds.end(), value) !=
         kNgcFt1FileKinds.end();
}

// Ids whose first byte on the wire is this or greater are never drawn, because that byte
// distinguishes our additions from Accept (on id 0x9001), and Kill and tcp Data from udp Data (on
// 0x9003).
inline constexpr uint8_t kFirstMarkByte = 0xF0;

// Returns whether a drawn value may be an id or an epoch of this process.
inline bool may_be_drawn(uint32_t value) {
  return !is_reserved_msg_id(value) && (value & 0xFFU) < kFirstMarkByte;
}

// Returns a random id or epoch.
inline MsgId draw_msg_id(Entropy& entropy) {
  MsgId id = entropy.next_u32();
  while (!may_be_drawn(id)) id = entropy.next_u32();
  return id;
}

}  // namespace ngcshare
