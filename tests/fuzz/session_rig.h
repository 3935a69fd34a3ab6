// The surroundings of a session under test: its configuration, a source of randomness, and the
// handler that decides about Accepts.
#pragma once

#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "protocol/session/peer_session.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/session_contact.h"
#include "tests/fuzz/session_sink.h"

namespace ngcshare::fuzz {

inline constexpr uint32_t kEpoch = 0x0A0A0A0A;
inline constexpr uint32_t kBaseCapabilities = kCapMulti | kCapWindow;
inline constexpr uint32_t kAllCapabilities = kBaseCapabilities | kCapFragment | kLinkCapabilities;
inline constexpr TimePoint kStart{std::chrono::hours(1)};

inline PeerSession::Config small_config(uint32_t capabilities,
                                        link::CongestionAlgorithm congestion) {
  return {.epoch = kEpoch,
          .capabilities = capabilities,
          .max_mappings = 6,
          .accepts_per_second = 5,
          .accept_burst = 8,
          .congestion = congestion};
}

class RandomEntropy : public Entropy {
 public:
  uint32_t next_u32() override { return static_cast<uint32_t>(random_()); }

 private:
  std::mt19937 random_{1};
};

// Decides about Accepts as the input says, and sometimes calls the session back.
class Handler : public SessionHandler {
 public:
  Handler(ByteSource& source, StreamLedger& ledger, const TimePoint& now)
      : source_(source), ledger_(ledger), now_(now) {}

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
  uint32_t draw_epoch(PeerSession& /*session*/) override { return ++epoch_; }
  void on_presence(PeerSession& /*session*/, bool present) override {
    require(std::exchange(present_, present) != present);
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

  // True if it uses the session from inside its calls.
  bool calls_back = true;

  uint64_t accepted() const { return accepted_; }
  // Returns the number of mappings that run; of the others the end is still to be reported.
  size_t running() const {
    size_t count = 0;
    for (const Sink* const sink : live()) {
      count += sink->mapping()->state() != Mapping::State::kClosed ? 1U : 0U;
    }
    return count;
  }
  // Returns the sinks that do not know yet that their mapping has ended.
  std::vector<Sink*> live() const {
    std::vector<Sink*> found;
    for (const auto& sink : sinks_) {
      if (!sink->over()) found.push_back(sink.get());
    }
    return found;
  }

 private:
  Sink& add_sink() {
    sinks_.push_back(std::make_unique<Sink>(source_.byte(), ledger_, now_));
    return *sinks_.back();
  }

  ByteSource& source_;
  StreamLedger& ledger_;
  const TimePoint& now_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  uint64_t accepted_ = 0;
  bool present_ = true;
  uint32_t epoch_ = 0x40000000;
};

}  // namespace ngcshare::fuzz
