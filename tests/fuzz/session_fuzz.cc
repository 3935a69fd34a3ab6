// One PeerSession under a sequence of packets, times and local calls that the input makes up. It
// must not crash, must keep its limits and must tell each sink its fate exactly once.
//
// Input: steps, each one byte for what to do and a few for how (see Run::step).
#include <array>
#include <cstdint>

#include "tests/fuzz/session_rig.h"

namespace ngcshare::fuzz {
namespace {

class Run {
 public:
  explicit Run(Bytes input) : source_(input) {}

  void all() {
    while (!source_.empty()) {
      step();
      check();
    }
    end();
  }

 private:
  using Step = void (Run::*)();

  void step() {
    static constexpr Step kSteps[] = {
        &Run::pass_time,    &Run::receive_raw,   &Run::receive_offer, &Run::receive_accept,
        &Run::receive_ack,  &Run::receive_kill,  &Run::receive_data,  &Run::receive_window,
        &Run::receive_udp,  &Run::receive_hello, &Run::offer,         &Run::withdraw,
        &Run::open,         &Run::write,         &Run::finish,        &Run::consume,
        &Run::close,        &Run::send_datagram, &Run::acknowledge,   &Run::close_mappings,
        &Run::refuse_sends, &Run::pump,          &Run::tick,          &Run::peer_left,
    };
    (this->*kSteps[source_.below(std::size(kSteps))])();
  }

  // -- time ----------------------------------------------------------------------------------
  void pass_time() {
    now_ += std::chrono::milliseconds(source_.two_bytes());
    if (session_.deadline() && *session_.deadline() <= now_) tick();
    pump();
  }
  void pump() { session_.pump(now_); }
  void tick() {
    session_.tick(now_);
    require(!session_.deadline() || *session_.deadline() > now_);
  }

  // -- packets -------------------------------------------------------------------------------
  void receive_raw() {
    const uint8_t how = source_.byte();
    const Bytes body = source_.bytes(source_.byte());
    session_.receive(static_cast<PacketId>(how & 3), (how & 4) != 0, body, now_);
  }
  void receive(const Packet& packet) {
    const uint8_t how = source_.byte();
    Frame frame;
    const bool copy = (how & 1) != 0 && !std::holds_alternative<Hello>(packet);
    const bool is_public = (how & 0xE) == 0xE;
    const auto* kill = std::get_if<Kill>(&packet);
    if (kill != nullptr && kill->reason != KillReason::kAck && !(copy && is_public)) {
      contact_.note_death(kill->id);
    }
    const Outgoing where = copy ? encode_control_copy(packet, frame) : encode_packet(packet, frame);
    session_.receive(where.id, is_public, frame.body(), now_);
    if ((how & 0x10) == 0) pump();
  }

  // One that means something: of an offer or mapping of either side, or one of few others.
  MsgId id() {
    const uint8_t choice = source_.byte();
    const size_t index = choice / 4;
    const auto live = handler_.live();
    const auto heard = session_.offers_heard();
    const auto& offered = contact_.offered();
    if (choice % 4 == 0 && !offered.empty()) return offered[index % offered.size()];
    if (choice % 4 == 1 && !live.empty()) return live[index % live.size()]->mapping()->id();
    if (choice % 4 == 2 && !heard.empty()) return heard[index % heard.size()]->id;
    return 0x01010110 + static_cast<MsgId>(index);
  }
  uint32_t epoch() { return 0x0B0B0B00 + static_cast<uint32_t>(source_.below(4)); }
  std::optional<Extension> extension() {
    const uint8_t choice = source_.byte();
    if ((choice & 1) == 0) return std::nullopt;
    Extension made;
    made.capabilities = (choice & 2) != 0 ? kCapMulti | kCapWindow : source_.byte();
    if ((choice & 4) != 0) made.mapping_id = id();
    if ((choice & 8) != 0) made.transport = (choice & 16) != 0 ? Transport::kTcp : Transport::kUdp;
    if ((choice & 32) != 0) made.epoch = epoch();
    return made;
  }
  TransportSet transports() {
    const size_t bits = 1 + source_.below(3);
    return {(bits & 1) != 0, (bits & 2) != 0};
  }
  void receive_offer() {
    const MsgId offer_id = id();
    const TransportSet set = transports();
    std::string name(1, 'a');
    name += static_cast<char>('0' + source_.below(64));
    receive(Offer{offer_id, set, source_.byte(), name, extension()});
  }
  void receive_accept() {
    const MsgId offer_id = id();
    if ((offer_id & 0xFFU) >= kFirstMarkByte) return;
    receive(Accept{offer_id, extension()});
  }
  void receive_ack() {
    const MsgId mapping_id = id();
    receive(AckAcc{mapping_id, extension()});
  }
  void receive_kill() {
    const MsgId killed = id();
    const uint8_t reason = source_.byte();
    receive(Kill{killed, reason == 0xFF ? KillReason::kAck : static_cast<KillReason>(reason % 13)});
  }
  // By turns a few bytes and so many that a window of 512 KiB is soon full.
  void receive_data() {
    const MsgId mapping_id = id();
    const uint8_t size = source_.byte();
    std::vector<uint8_t> body = {0xF2};
    for (int shift = 0; shift < 32; shift += 8) {
      body.push_back(static_cast<uint8_t>(mapping_id >> shift));
    }
    const Bytes bytes = filler(size < 128 ? size : size * size_t{256});
    body.insert(body.end(), bytes.begin(), bytes.end());
    session_.receive(PacketId::kData, false, body, now_);
  }
  void receive_window() {
    const MsgId mapping_id = id();
    receive(Window{mapping_id, uint64_t{source_.two_bytes()} << source_.below(64)});
  }
  void receive_udp() {
    Frame frame;
    const MsgId mapping_id = id();
    encode_packet(Datagram{mapping_id, filler(source_.byte())}, frame);
    session_.receive(PacketId::kData, false, frame.body(), now_);
  }
  void receive_hello() {
    const uint32_t peer_epoch = epoch();
    const uint8_t choice = source_.byte();
    Hello hello{peer_epoch, kCapMulti | kCapWindow, kConfig.epoch, 0, 0, 0, (choice & 1) != 0};
    if ((choice & 2) != 0) hello.capabilities = source_.byte();
    if ((choice & 4) != 0) hello.peer_epoch = 0;
    if ((choice & 8) != 0) hello.heard_digest = source_.four_bytes();
    if ((choice & 16) != 0) hello.open_digest = source_.byte();
    receive(hello);
  }

  // -- the local side --------------------------------------------------------------------------
  void offer() {
    const size_t service = source_.below(8);
    const TransportSet set = transports();
    const Offer what{0, set, 80, std::string(1 + service, 's'), {}};
    const uint8_t how = source_.byte();
    const auto preferred = (how & 1) != 0 ? std::optional<MsgId>(0x02020200 + how) : std::nullopt;
    session_.offer(service, what, preferred, (how & 2) != 0, now_);
  }
  void withdraw() { session_.withdraw(source_.below(8), KillReason::kWithdrawn, now_); }
  void open() {
    const auto transport = source_.below(2) == 0 ? Transport::kTcp : Transport::kUdp;
    handler_.open(session_, id(), transport);
  }
  Sink* sink() {
    const auto live = handler_.live();
    const uint8_t index = source_.byte();
    return live.empty() ? nullptr : live[index % live.size()];
  }
  void write() {
    if (Sink* const one = sink()) one->write(source_.byte() * size_t{256});
  }
  void finish() {
    if (Sink* const one = sink()) one->finish();
  }
  void consume() {
    if (Sink* const one = sink()) one->consume(source_.byte() * size_t{1024});
  }
  void close() {
    if (Sink* const one = sink()) one->close(static_cast<KillReason>(1 + source_.below(12)));
  }
  void send_datagram() {
    if (Sink* const one = sink()) one->mapping()->send_datagram(filler(source_.byte() * size_t{8}));
  }
  void acknowledge() {
    Sink* const one = sink();
    if (one != nullptr && one->mapping()->state() == Mapping::State::kDeciding) {
      one->mapping()->acknowledge();
    }
  }
  void close_mappings() { session_.close_mappings_of(id(), KillReason::kClosed, now_); }
  void refuse_sends() {
    static constexpr std::array kResults = {SendResult::kFull, SendResult::kGone};
    const size_t which = source_.below(2);
    contact_.refuse(kResults[which], source_.byte());
  }
  void peer_left() {
    const uint64_t sent = contact_.sent();
    handler_.calls_back = false;
    session_.peer_left(now_);
    handler_.calls_back = true;
    require(contact_.sent() == sent);
    require(session_.mapping_count() == 0 && session_.offers_heard().empty());
  }

  // -- what holds all the time -------------------------------------------------------------------
  void check() {
    require(session_.mapping_count() <= kConfig.max_mappings);
    require(session_.mapping_count() == handler_.live().size());
    require(session_.offers_heard().size() <= OffersHeard::kMaxOffers);
    const double seconds = std::chrono::duration<double>(now_ - kStart).count();
    require(static_cast<double>(contact_.unknown_kills()) <= 20 + 10 * seconds + 1);
    const double accepts = kConfig.accept_burst + kConfig.accepts_per_second * seconds + 1;
    require(static_cast<double>(handler_.accepted()) <= accepts);
    check_counters();
  }
  void check_counters() {
    const PeerSession::Counters& now = session_.counters();
    for (const auto counter :
         {&PeerSession::Counters::malformed, &PeerSession::Counters::public_dropped,
          &PeerSession::Counters::stale, &PeerSession::Counters::unknown,
          &PeerSession::Counters::refused, &PeerSession::Counters::overflow}) {
      require(now.*counter >= before_.*counter);
    }
    before_ = now;
  }
  void end() {
    session_.shut_down(now_);
    require(session_.mapping_count() == 0 && handler_.live().empty());
    pump();
  }

  ByteSource source_;
  TimePoint now_ = kStart;
  RandomEntropy entropy_;
  CheckingContact contact_;
  Handler handler_{source_, now_};
  PeerSession session_{contact_, entropy_, handler_, kConfig, now_};
  PeerSession::Counters before_;
};

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ngcshare::fuzz::Run({data, size}).all();
  return 0;
}
