// Wire format of a link packet (SPEC.md §8): a header of six bytes, then frames, in the body of a
// lossy 0x9001 packet. Decoding never throws; a packet that does not parse must be dropped whole.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/clock.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/msg_id.h"
#include "protocol/wire/packet.h"

namespace ngcshare::link {

// Header: mark, token, packet number.
inline constexpr size_t kHeaderBytes = 6;
inline constexpr unsigned kPacketNumberBits = 24;

// Bytes that NGC, UDP and IPv4 put around a body, packet id included. Congestion control and pacing
// count these too ("wire bytes").
inline constexpr size_t kOverheadBytes = 104;

inline constexpr size_t kMaxFramesPerPacket = 64;
inline constexpr size_t kMaxAckRanges = 32;

struct Header {
  uint16_t token = 0;          // link_token() of the sender's and the receiver's epoch
  uint32_t packet_number = 0;  // low 24 bits
};

// Fills the rest of a packet; always the last frame.
struct PaddingFrame {};
// Asks for an acknowledgement.
struct PingFrame {};

struct AckFrame {
  uint32_t largest = 0;  // low 24 bits
  Duration delay{};      // time from the arrival of `largest` to this frame
  uint16_t first = 0;    // number of packets directly below `largest` that have arrived too
  Bytes more;            // pairs of u16: packets missing minus 1, packets arrived minus 1
  // Low 32 bits of the number of datagrams beside the link that had arrived before `largest`.
  std::optional<uint32_t> datagrams;

  // Calls visit(begin, end) for each half-open range, highest first. Returns false if they go below
  // 0.
  template <typename F>
  bool for_each_range(uint64_t complete_largest, const F& visit) const;
};

// A packet of the draft, delivered reliably: its id and body.
struct ControlFrame {
  uint8_t id = 0;  // 0 to 3
  Bytes body;
};

struct StreamLimitFrame {
  MsgId id = 0;
  uint64_t limit = 0;
};

// The limit of the sum of all streams' highest offsets.
struct LinkLimitFrame {
  uint64_t limit = 0;
};

// Gives up a stream, of which the sender has sent `final_offset` bytes. It repeats none of them.
struct ResetFrame {
  MsgId id = 0;
  uint64_t final_offset = 0;
};

struct StreamFrame {
  MsgId id = 0;
  uint32_t offset = 0;  // low 32 bits
  bool fin = false;
  Bytes bytes;
};

using LinkFrame = std::variant<PaddingFrame, PingFrame, AckFrame, ControlFrame, StreamLimitFrame,
                               LinkLimitFrame, ResetFrame, StreamFrame>;

// Decodes a packet: returns its header, or nullopt if it is malformed, and stores its frames in
// `frames`, which is cleared first. They point into `body`.
std::optional<Header> decode_link_packet(Bytes body, std::vector<LinkFrame>& frames);

// Writes one packet. Each bool write_…() returns false, and writes nothing, if the frame does not
// fit.
class PacketWriter {
 public:
  // Writes at most `max_body` bytes into `frame`, which must outlive the writer.
  PacketWriter(Frame& frame, size_t max_body, Header header);

  bool write_ping();
  // `ranges` are half-open, highest first. Ranges that do not fit, are too far apart for the format
  // or exceed kMaxAckRanges after the first are left out.
  struct Range {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  bool write_ack(const std::vector<Range>& ranges, Duration delay,
                 std::optional<uint32_t> datagrams = {});
  bool write_control(uint8_t id, Bytes body);
  bool write_stream_limit(MsgId id, uint64_t limit);
  bool write_link_limit(uint64_t limit);
  bool write_reset(MsgId id, uint64_t final_offset);
  // Returns how many bytes of a stream fit if no frame follows them.
  size_t stream_room() const;
  // Begins a STREAM frame and returns the room for its `length` bytes, which the caller fills.
  // REQUIRES: length <= stream_room().
  std::span<uint8_t> write_stream(MsgId id, uint64_t offset, size_t length, bool fin);

  // Pads the body to `size` bytes.
  void pad_to(size_t size);
  // Sets the size of the frame. Call once, after everything is written.
  void finish();

  bool empty() const { return used_ == kHeaderBytes; }

 private:
  bool fits(size_t bytes) const { return used_ + bytes <= room_.size(); }
  ByteWriter take(size_t bytes);
  bool write_of_stream(uint8_t type, MsgId id, uint64_t offset);

  Frame& frame_;
  std::span<uint8_t> room_;
  size_t used_ = 0;
};

// Returns a token that distinguishes links. A process that restarts has a new epoch, so a new link.
uint16_t link_token(uint32_t sender_epoch, uint32_t receiver_epoch);

template <typename F>
bool AckFrame::for_each_range(uint64_t complete_largest, const F& visit) const {
  if (first > complete_largest) return false;
  uint64_t begin = complete_largest - first;
  visit(begin, complete_largest + 1);
  ByteReader in(more);
  while (!in.empty()) {
    const uint64_t gap = uint64_t{*in.read<uint16_t>()} + 1;
    const uint64_t length = uint64_t{*in.read<uint16_t>()} + 1;
    if (begin < gap + length) return false;
    const uint64_t end = begin - gap;
    begin = end - length;
    visit(begin, end);
  }
  return true;
}

}  // namespace ngcshare::link
