// Helpers for tests of the link's parts: write packets and read them again.
#pragma once

#include <functional>
#include <vector>

#include "protocol/link/packet.h"

namespace ngcshare::test {

// Returns a packet with the frames that `write` puts into it.
inline std::vector<uint8_t> link_packet(const link::Header& header,
                                        const std::function<void(link::PacketWriter&)>& write,
                                        size_t max_body = Frame::kMaxBodyBytes) {
  Frame frame;
  link::PacketWriter out(frame, max_body, header);
  write(out);
  out.finish();
  return {frame.body().begin(), frame.body().end()};
}

// An ACK frame as it is decoded, with the bytes that it points into.
class WrittenAck {
 public:
  explicit WrittenAck(const std::vector<link::PacketWriter::Range>& ranges, Duration delay = {})
      : body_(link_packet({}, [&](link::PacketWriter& out) { out.write_ack(ranges, delay); })) {
    std::vector<link::LinkFrame> frames;
    decode_link_packet(body_, frames);
    frame_ = std::get<link::AckFrame>(frames.at(0));
  }
  const link::AckFrame& frame() const { return frame_; }

 private:
  std::vector<uint8_t> body_;
  link::AckFrame frame_;
};

}  // namespace ngcshare::test
