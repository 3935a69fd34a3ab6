// The bytes of a link packet (SPEC.md §8): a header of six bytes and frames. It is the body of a
// lossy 0x9001 packet. Decoding never throws; what does not parse is to be dropped whole.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/clock.h"
#include "protocol/frame.h"
#include "protocol/msg_id.h"
#include "protocol/packet.h"

namespace ngcshare::link {

// Header: mark, token, packet number.
inline constexpr size_t kHeaderBytes = 6;
inline constexpr unsigned kPacketNumberBits = 24;

// What NGC, UDP and IPv4 put around a body, the packet id included: congestion control and pacing
// count wire bytes.
inline constexpr size_t kOverheadBytes = 104;

inline constexpr size_t kMaxFramesPerPacket = 64;
inline constexpr size_t kMaxAckRanges = 32;

struct Header {
  uint16_t token = 0;          // of the sender's and the receiver's epoch, see link_token()
  uint32_t packet_number = 0;  // its low 24 bits
};

// Fills a packet up to a size; stands last.
struct PaddingFrame {};
// Asks for an acknowledgement.
struct PingFrame {};

struct AckFrame {
  uint32_t largest = 0;  // low 24 bits
  Duration delay{};      // how long the receiver of `largest` has waited
  uint16_t first = 0;    // that many packets right below `largest` have arrived too
  Bytes more;            // pairs of u16: packets missing less one, packets arrived less one

  // Calls visit(begin, end) for each half-open range, downwards. False: they go below 0.
  template <typename F>
  bool for_each_range(uint64_t complete_largest, const F& visit) const;
};

// A packet of the draft that is to arrive: its id and body.
struct ControlFrame {
  uint8_t id = 0;  // 0 to 3
  Bytes body;
};

struct StreamLimitFrame {
  MsgId id = 0;
  uint64_t limit = 0;
};

// The sum of the highest offsets of all streams may reach this.
struct LinkLimitFrame {
  uint64_t limit = 0;
};

// The sender gives a stream up: it has sent this many bytes of it, and no more of them will come.
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

// Reads the header and all frames into `frames`, which is emptied first and points into `body`
// afterwards.
std::optional<Header> decode_link_packet(Bytes body, std::vector<LinkFrame>& frames);

// Writes one packet. Each write_… returns false, and writes nothing, when the frame does not fit.
class PacketWriter {
 public:
  // At most `max_body` bytes are written. The frame outlives the writer.
  PacketWriter(Frame& frame, size_t max_body, Header header);

  bool write_ping();
  // `ranges` are half-open, the newest first, at most kMaxAckRanges; those that do not fit or are
  // too far apart for the format are left out.
  struct Range {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  bool write_ack(const std::vector<Range>& ranges, Duration delay);
  bool write_control(uint8_t id, Bytes body);
  bool write_stream_limit(MsgId id, uint64_t limit);
  bool write_link_limit(uint64_t limit);
  bool write_reset(MsgId id, uint64_t final_offset);
  // How many bytes of a stream fit at least, when nothing is to follow them.
  size_t stream_room() const;
  // Begins a STREAM frame; its `length` bytes are to be written into the result. REQUIRES: length
  // <= stream_room().
  std::span<uint8_t> write_stream(MsgId id, uint64_t offset, size_t length, bool fin);

  // Fills up with padding to `size` bytes of body.
  void pad_to(size_t size);
  // Call once, when all is written.
  void finish();

  size_t size() const { return used_; }
  bool empty() const { return used_ == kHeaderBytes; }

 private:
  bool fits(size_t bytes) const { return used_ + bytes <= room_.size(); }
  ByteWriter take(size_t bytes);
  bool write_of_stream(uint8_t type, MsgId id, uint64_t offset);

  Frame& frame_;
  std::span<uint8_t> room_;
  size_t used_ = 0;
};

// Tells links apart: one that a process had before it restarted is another one.
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
