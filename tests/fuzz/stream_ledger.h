// Records the bytes written to the streams between a session under test and its peer, by mapping.
// Every stream holds the same bytes at the same offsets, so a reader can check any of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/wire/msg_id.h"

namespace ngcshare::fuzz {

class StreamLedger {
 public:
  static constexpr size_t kMostBytes = 64 * 1024;

  // The bytes of any stream at `offset`, at most kMostBytes.
  static Bytes content(uint64_t offset, size_t count) {
    static const std::vector<uint8_t> kBytes = make_content();
    return Bytes(kBytes).subspan(offset % kPeriod, std::min(count, kMostBytes));
  }
  static bool is_content(uint64_t offset, Bytes bytes) {
    for (size_t done = 0; done < bytes.size(); done += kMostBytes) {
      const Bytes part = bytes.subspan(done, std::min(kMostBytes, bytes.size() - done));
      const Bytes expected = content(offset + done, part.size());
      if (!std::equal(part.begin(), part.end(), expected.begin())) return false;
    }
    return true;
  }

  // -- from the session to the peer ------------------------------------------------------------
  void note_written(MsgId stream, size_t bytes) { written_[stream] += bytes; }
  uint64_t written(MsgId stream) const { return value_of(written_, stream); }
  // Bytes that went out as tcp Data, in order.
  uint64_t note_sent_as_data(MsgId stream, size_t bytes) {
    const uint64_t before = sent_as_data_[stream];
    sent_as_data_[stream] += bytes;
    return before;
  }

  // -- from the peer to the session --------------------------------------------------------------
  void note_sent_by_peer(MsgId stream, uint64_t end, bool fin) {
    sent_by_peer_[stream] = std::max(sent_by_peer_[stream], end);
    if (fin) ends_.insert({stream, end});
  }
  uint64_t sent_by_peer(MsgId stream) const { return value_of(sent_by_peer_, stream); }
  bool ended_by_peer(MsgId stream, uint64_t end) const { return ends_.contains({stream, end}); }
  // Call when a packet with arbitrary content has come: the peer's bytes are unknown from then on.
  void lose_sight_of_peer() { peer_is_known_ = false; }
  bool peer_is_known() const { return peer_is_known_; }

 private:
  using Offsets = std::map<MsgId, uint64_t>;
  static constexpr size_t kPeriod = 251;

  static std::vector<uint8_t> make_content() {
    std::vector<uint8_t> bytes(kMostBytes + kPeriod);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i % kPeriod);
    return bytes;
  }
  static uint64_t value_of(const Offsets& offsets, MsgId stream) {
    const auto found = offsets.find(stream);
    return found == offsets.end() ? 0 : found->second;
  }

  Offsets written_;
  Offsets sent_as_data_;
  Offsets sent_by_peer_;
  std::set<std::pair<MsgId, uint64_t>> ends_;
  bool peer_is_known_ = true;
};

}  // namespace ngcshare::fuzz
