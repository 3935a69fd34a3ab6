// A PeerSession between fakes that follow every rule of its headers and check what it promises:
// the packets that it sends, the calls that its sinks get, the limits that it keeps.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "protocol/peer_session.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {

inline constexpr PeerSession::Config kConfig = {.epoch = 0x0A0A0A0A,
                                                .capabilities = kCapMulti | kCapWindow,
                                                .max_mappings = 6,
                                                .accepts_per_second = 5,
                                                .accept_burst = 8};
inline constexpr TimePoint kStart{std::chrono::hours(1)};

// Bytes that stand for whatever a stream or datagram may hold.
inline Bytes filler(size_t count) {
  static const std::vector<uint8_t> kBytes(size_t{64} * 1024, 0xF2);
  return Bytes(kBytes).first(std::min(count, kBytes.size()));
}

class RandomEntropy : public Entropy {
 public:
  uint32_t next_u32() override { return static_cast<uint32_t>(random_()); }

 private:
  std::mt19937 random_{1};
};

// The socket behind one mapping. What it does when it is called is given by `habits`.
class Sink : public MappingSink {
 public:
  enum Habit : uint8_t {
    kWrites = 1,         // answers on_established and on_writable with bytes
    kTakesAtOnce = 2,    // reports bytes as consumed when they come
    kFinishesToo = 4,    // answers the peer's end with its own
    kClosesOnData = 8,   // gives up when bytes come
    kClosesAtOnce = 16,  // gives up when it is established
  };

  Sink(uint8_t habits, const TimePoint& now) : habits_(habits), now_(now) {}

  void attach(Mapping& mapping) { mapping_ = &mapping; }
  bool over() const { return over_; }
  Mapping* mapping() const { return over_ ? nullptr : mapping_; }
  bool may_write() const {
    return !over_ && !finished_ && mapping_->state() == Mapping::State::kOpen;
  }

  void write(size_t count) {
    if (!may_write()) return;
    require(mapping_->write(filler(count)) <= count);
  }
  void finish() {
    if (!may_write()) return;
    finished_ = true;
    mapping_->finish(now_);
    if (!over_ && mapping_->state() == Mapping::State::kClosed) over_ = true;
  }
  void consume(size_t count) {
    if (over_) return;
    const size_t taken = std::min(count, untaken_);
    untaken_ -= taken;
    mapping_->consumed(taken);
  }
  void close(KillReason reason) {
    if (over_) return;
    over_ = true;
    mapping_->close(reason, now_);
  }
  void forget() { over_ = true; }

  // -- MappingSink
  void on_established() override {
    require(!over_ && !established_ && mapping_->role() == Mapping::Role::kAcceptor);
    established_ = true;
    if (has(kClosesAtOnce)) close(KillReason::kReset);
    if (has(kWrites)) write(1000);
  }
  void on_stream_data(Bytes bytes) override {
    require(!over_ && !ended_ && !bytes.empty() && mapping_->transports().tcp);
    untaken_ += bytes.size();
    require(!mapping_->has(kCapWindow) || untaken_ <= StreamWindow::kInitialBytes);
    if (has(kClosesOnData)) close(KillReason::kReset);
    if (has(kTakesAtOnce)) consume(bytes.size());
  }
  void on_stream_end() override {
    require(!over_ && !ended_ && mapping_->has(kCapWindow));
    ended_ = true;
    if (has(kFinishesToo)) finish();
  }
  void on_datagram(Bytes /*bytes*/) override { require(!over_ && mapping_->transports().udp); }
  void on_writable() override {
    require(!over_ && !finished_);
    if (has(kWrites)) write(5000);
  }
  void on_closed(KillReason /*reason*/) override {
    require(!over_);
    over_ = true;
  }

 private:
  bool has(Habit habit) const { return (habits_ & habit) != 0; }

  uint8_t habits_;
  const TimePoint& now_;
  Mapping* mapping_ = nullptr;
  size_t untaken_ = 0;
  bool established_ = false;
  bool ended_ = false;
  bool finished_ = false;
  bool over_ = false;
};

// Takes packets, and is full or gone for a while when told so.
class CheckingContact : public Contact {
 public:
  // The next `packets` are answered with `result`. From then on an Offer may wait while its Kill
  // does not, and is no longer checked for the use of dead ids.
  void refuse(SendResult result, int packets) {
    strict_ = false;
    result_ = result;
    refusals_ = packets;
  }

  SendResult send(Outgoing where, Frame& frame) override {
    if (refusals_ > 0) {
      --refusals_;
      return result_;
    }
    ++sent_;
    const Bytes body = frame.body();
    const bool lossless = where.channel == Channel::kLossless;
    require(body.size() <= (lossless ? kMaxLosslessBodyBytes : Frame::kMaxBodyBytes));
    if (where.id == PacketId::kData && !lossless) {
      require(decode_datagram(body).has_value());
    } else {
      note(where, body);
    }
    return SendResult::kSent;
  }

  // The peer has killed this id.
  void note_death(MsgId id) { dead_.insert(id); }

  uint64_t sent() const { return sent_; }
  uint64_t unknown_kills() const { return unknown_kills_; }
  // Ids of the offers that went out, at most the last 16.
  const std::vector<MsgId>& offered() const { return offered_; }

 private:
  void note(Outgoing where, Bytes body) {
    const auto packet = decode_packet(where.id, body);
    // An Accept can't be read when the peer gave its offer an id that SPEC.md §2 rules out.
    const bool unreadable_accept = where.id == PacketId::kAccept && body[0] >= kFirstMarkByte;
    require(packet.has_value() || unreadable_accept);
    if (!packet || where.channel != Channel::kLossless) return;
    if (const auto* kill = std::get_if<Kill>(&*packet)) note_kill(*kill);
    const auto* offer = std::get_if<Offer>(&*packet);
    if (offer == nullptr) return;
    require(!strict_ || !dead_.contains(offer->id));
    if (offered_.size() >= 16) offered_.erase(offered_.begin());
    offered_.push_back(offer->id);
  }

  void note_kill(const Kill& kill) {
    if (kill.reason == KillReason::kUnknown) {
      ++unknown_kills_;  // says nothing about an offer that stands
    } else if (kill.reason != KillReason::kAck) {
      dead_.insert(kill.id);
    }
  }

  SendResult result_ = SendResult::kSent;
  bool strict_ = true;
  std::set<MsgId> dead_;
  int refusals_ = 0;
  uint64_t sent_ = 0;
  uint64_t unknown_kills_ = 0;
  std::vector<MsgId> offered_;
};

// Decides about Accepts as the input says, and sometimes calls the session back.
class Handler : public SessionHandler {
 public:
  Handler(ByteSource& source, const TimePoint& now) : source_(source), now_(now) {}

  void on_offer(PeerSession& session, const Offer& offer) override {
    const auto transport = offer.transports.tcp ? Transport::kTcp : Transport::kUdp;
    if (calls_back && source_.below(8) == 7) open(session, offer.id, transport);
  }
  void on_offer_gone(PeerSession& session, const Offer& /*offer*/, KillReason /*reason*/) override {
    if (!calls_back || source_.below(8) != 7) return;
    session.withdraw(source_.below(8), KillReason::kWithdrawn, now_);
  }
  std::optional<KillReason> on_accept(PeerSession& /*session*/, Mapping& mapping,
                                      ServiceKey /*service*/) override {
    ++accepted_;
    const uint8_t choice = source_.byte();
    if (choice % 4 == 0) return static_cast<KillReason>(2 + choice / 4 % 11);
    Sink& sink = add_sink();
    sink.attach(mapping);
    mapping.set_sink(&sink);
    if (choice % 4 == 1) return std::nullopt;  // decided later
    mapping.acknowledge();
    if (choice % 4 == 3) sink.write(2000);
    return std::nullopt;
  }
  void on_presence(PeerSession& session, bool present) override {
    require(session.present() == present);
  }

  void open(PeerSession& session, MsgId offer, Transport transport) {
    Sink& sink = add_sink();
    Mapping* const mapping = session.open(offer, transport, sink, now_);
    if (mapping != nullptr) {
      sink.attach(*mapping);
    } else {
      sink.forget();
    }
  }

  // Whether it may use the session from inside its calls.
  bool calls_back = true;

  uint64_t accepted() const { return accepted_; }
  // Those whose mapping runs.
  std::vector<Sink*> live() const {
    std::vector<Sink*> found;
    for (const auto& sink : sinks_) {
      if (!sink->over()) found.push_back(sink.get());
    }
    return found;
  }

 private:
  Sink& add_sink() {
    sinks_.push_back(std::make_unique<Sink>(source_.byte(), now_));
    return *sinks_.back();
  }

  ByteSource& source_;
  const TimePoint& now_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  uint64_t accepted_ = 0;
};

}  // namespace ngcshare::fuzz
