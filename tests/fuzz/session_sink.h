// The socket behind one mapping of a session under test. It follows every rule of MappingSink and
// checks what that promises.
#pragma once

#include <algorithm>

#include "protocol/session/mapping.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/stream_ledger.h"

namespace ngcshare::fuzz {

// A mapping's sink whose reactions are given by `habits`.
class Sink : public MappingSink {
 public:
  enum Habit : uint8_t {
    kWrites = 1,         // answers on_established and on_writable with bytes
    kTakesAtOnce = 2,    // reports bytes as consumed when they come
    kFinishesToo = 4,    // answers the peer's end with its own
    kClosesOnData = 8,   // gives up when bytes come
    kClosesAtOnce = 16,  // gives up when it is established
    kPauses = 32,        // takes nothing more for a while after bytes have come
  };

  Sink(uint8_t habits, StreamLedger& ledger, const TimePoint& now)
      : habits_(habits), ledger_(ledger), now_(now) {}

  void attach(Mapping& mapping) { mapping_ = &mapping; }
  bool over() const { return over_; }
  Mapping* mapping() const { return over_ ? nullptr : mapping_; }
  bool may_write() const { return !over_ && !finished_ && mapping_->may_send(); }

  void write(size_t count) {
    if (!may_write()) return;
    const MsgId id = mapping_->id();
    const size_t taken = mapping_->write(StreamLedger::content(ledger_.written(id), count));
    require(taken <= count);
    ledger_.note_written(id, taken);
  }
  void finish() {
    if (!may_write()) return;
    finished_ = true;
    mapping_->finish(now_);
  }
  void consume(size_t count) {
    if (over_) return;
    const size_t taken = std::min(count, untaken_);
    untaken_ -= taken;
    mapping_->consumed(taken);
  }
  void pause() {
    if (over_) return;
    paused_ = true;
    mapping_->pause_reading();
  }
  void resume() {
    if (over_) return;
    paused_ = false;
    mapping_->resume_reading();
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
    mapping_->over_link() ? take_from_link(bytes) : take_data(bytes.size());
    if (has(kClosesOnData)) close(KillReason::kReset);
    if (has(kTakesAtOnce)) consume(bytes.size());
    if (has(kPauses)) pause();
  }
  void on_stream_end() override {
    require(!over_ && !ended_ && (mapping_->has(kCapWindow) || mapping_->over_link()));
    if (mapping_->over_link() && ledger_.peer_is_known()) {
      require(ledger_.ended_by_peer(mapping_->id(), received_));
    }
    ended_ = true;
    if (has(kFinishesToo)) finish();
  }
  void on_datagram(Bytes bytes) override {
    require(!over_ && mapping_->transports().udp);
    require(bytes.size() <= kMaxFragments * kFragmentBytes);
  }
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

  // Requires that bytes come in order, once, and as the peer has sent them.
  void take_from_link(Bytes bytes) {
    require(!paused_);
    if (ledger_.peer_is_known()) {
      require(StreamLedger::is_content(received_, bytes));
      require(received_ + bytes.size() <= ledger_.sent_by_peer(mapping_->id()));
    }
    received_ += bytes.size();
  }
  void take_data(size_t count) {
    untaken_ += count;
    require(!mapping_->has(kCapWindow) || untaken_ <= StreamWindow::kInitialBytes);
  }

  uint8_t habits_;
  StreamLedger& ledger_;
  const TimePoint& now_;
  Mapping* mapping_ = nullptr;
  size_t untaken_ = 0;
  uint64_t received_ = 0;  // over the link
  bool established_ = false;
  bool ended_ = false;
  bool finished_ = false;
  bool paused_ = false;
  bool over_ = false;
};

}  // namespace ngcshare::fuzz
