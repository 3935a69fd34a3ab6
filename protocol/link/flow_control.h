// Flow control of one link, in both directions (SPEC.md §8.7, §8.8; RFC 9000 §4): the bytes that
// were offered to the peer, taken from it, read by the local programs and given back, for each
// stream and for all together; and the bytes that the peer lets this side send.
//
// A stream's limit follows its reader. The link's limit follows the bytes that arrive: a stream
// that nobody reads holds its own window and takes nothing from others. The memory of all streams
// is bounded by a MemoryAccount; while it allows no more, the link's limit stands still, and its
// owner has to make room (is_short()).
//
// Both ends must count the same, so the sender of a stream that is given up in the middle reports
// where it stopped (a RESET, as RESET_STREAM in RFC 9000 §4.5). A stream that was given up here is
// unsettled until then.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>

#include "protocol/base/clock.h"
#include "protocol/link/memory_budget.h"
#include "protocol/link/rtt.h"
#include "protocol/wire/msg_id.h"

namespace ngcshare::link {

class FlowControl {
 public:
  // Sizes of windows in bytes. The initial ones are part of the protocol. A window begins small and
  // doubles while a quarter of it is used in less than a round trip, as TCP's receive buffer does.
  struct Windows {
    uint64_t initial_stream = 256 * 1024;
    uint64_t most_stream = 16 * 1024 * 1024;
    uint64_t initial_link = 1024 * 1024;
    uint64_t most_link = 32 * 1024 * 1024;
  };
  // A stream's window while memory is short: enough for its reader to go on.
  static constexpr uint64_t kShortWindow = 64 * 1024;
  // Streams given up here whose sender has not reported its end. The oldest are forgotten, and
  // their bytes are missing in the count for ever.
  static constexpr size_t kMaxUnsettled = 8192;

  // The receiving direction of one stream. Only FlowControl changes it.
  class Incoming {
   public:
    uint64_t limit() const { return limit_; }
    // Returns the highest offset that has arrived.
    uint64_t taken() const { return taken_; }
    uint64_t read() const { return read_; }

   private:
    friend class FlowControl;
    explicit Incoming(uint64_t window) : limit_(window), window_(window) {}

    uint64_t limit_;
    uint64_t taken_ = 0;
    uint64_t read_ = 0;
    uint64_t window_;
    TimePoint raised_at_{};
  };

  // `memory` must outlive this object.
  FlowControl(MemoryAccount& memory, const Windows& windows)
      : memory_(memory),
        windows_(windows),
        window_(windows.initial_link),
        limit_(windows.initial_link),
        peer_limit_(windows.initial_link) {}

  void set_round_trip(Duration rtt) { rtt_ = rtt; }

  // -- receiving: one stream ------------------------------------------------------------
  Incoming open() const { return Incoming(windows_.initial_stream); }
  // Takes the bytes up to the offset `end`. Returns false, and takes none, if the limit of the
  // stream or of the link is below.
  bool take(Incoming& stream, uint64_t end, TimePoint now);
  // Counts bytes as read. Returns true if the stream's limit has grown enough to be sent.
  // REQUIRES: bytes <= stream.taken() - stream.read().
  bool read(Incoming& stream, uint64_t bytes, TimePoint now);
  // Widens the stream's window if `waiting` bytes behind a hole are a quarter of it, although the
  // reader has read everything before the hole: on a path that loses packets it must hold the bytes
  // that arrive meanwhile, and a packet that is lost twice costs three round trips. Returns true if
  // the limit has grown.
  bool widen(Incoming& stream, uint64_t waiting);

  // -- receiving: ends ------------------------------------------------------------------
  // Gives back the bytes of a stream that will not be read. Unless `end_known`, the stream's end is
  // expected by settle().
  void give_up(MsgId id, const Incoming& stream, bool end_known);
  // The stream `id` was never opened here and never will be, but its sender may have sent bytes.
  void give_up_unopened(MsgId id) { expect_end(id, 0); }
  // Counts the rest of a stream that was given up, whose sender reports its end. Returns false if
  // no end of such a stream was expected.
  bool settle(MsgId id, uint64_t final_offset);

  // Returns the bytes counted of a stream that was given up and is unsettled, or nullopt.
  std::optional<uint64_t> unsettled(MsgId id) const;

  // -- receiving: all streams -----------------------------------------------------------
  uint64_t limit() const { return limit_; }
  // Returns whether the limit must be sent, because it has grown enough or its packet was lost.
  bool limit_due() const { return limit_due_; }
  void on_limit_sent() { limit_due_ = false; }
  void on_limit_lost() { limit_due_ = true; }
  // Returns true while the link's limit stands still because memory is short.
  bool is_short() const { return short_; }
  // Raises the link's limit if memory was short and is no more.
  void retry() {
    if (short_) raise();
  }

  // -- sending --------------------------------------------------------------------------
  // Returns the number of new bytes that all streams together may send now.
  uint64_t room() const { return peer_limit_ - sent_; }
  void on_sent(uint64_t bytes) { sent_ += bytes; }
  // Takes the peer's limit; one that is not higher than before is old.
  void on_limit(uint64_t limit) { peer_limit_ = std::max(peer_limit_, limit); }

  // -- sums, for checks -----------------------------------------------------------------
  uint64_t taken() const { return taken_; }
  uint64_t unread() const { return taken_ - read_; }
  uint64_t sent() const { return sent_; }

 private:
  struct Unsettled {
    uint64_t counted = 0;
    std::list<MsgId>::iterator place;
  };

  void raise();
  void expect_end(MsgId id, uint64_t counted);

  MemoryAccount& memory_;
  const Windows windows_;
  Duration rtt_ = RttEstimator::kInitial;

  uint64_t window_;  // of all streams together
  uint64_t limit_;
  uint64_t taken_ = 0;  // sum of the highest offsets of all streams, open and closed
  uint64_t read_ = 0;
  TimePoint raised_at_{};
  bool limit_due_ = false;
  bool short_ = false;
  std::unordered_map<MsgId, Unsettled> unsettled_;
  std::list<MsgId> order_;  // of unsettled_, the oldest first

  uint64_t peer_limit_;
  uint64_t sent_ = 0;  // by all streams, without retransmissions
};

}  // namespace ngcshare::link
