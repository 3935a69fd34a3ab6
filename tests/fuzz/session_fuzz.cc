// One PeerSession under a sequence of packets, times and local calls that the input makes up. It
// must not crash, must keep its limits and must tell each sink its fate exactly once.
//
// Input: one byte that chooses, then steps, each one byte for what to do and a few for how (see
// Run::step). Even: the session has the capabilities that need no link. Odd: it has all, and the
// peer has its end of the link (bit 2: not from the beginning). Bit 1: CUBIC.
#include <array>
#include <cstdint>
#include <span>

#include "tests/fuzz/session_packets.h"
#include "tests/fuzz/session_peer_link.h"

namespace ngcshare::fuzz {
namespace {

// Packets that one step may cause: what waits in the windows of a link and of a few streams, offers
// and Kills, and answers.
constexpr uint64_t kMostPacketsPerStep = 2000;

class Run {
 public:
  Run(uint8_t choice, Bytes input)
      : source_(input), with_link_((choice & 1) != 0), config_(config_of(choice)) {
    begin_link();
    if (with_link_ && (choice & 4) == 0) greet();
  }

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
    static constexpr Step kLinkSteps[] = {
        &Run::link_ack,    &Run::link_ack_all, &Run::link_stream,      &Run::link_stream,
        &Run::link_limit,  &Run::link_control, &Run::link_mixed,       &Run::link_raw,
        &Run::greet,       &Run::restart_peer, &Run::suspend,          &Run::resume,
        &Run::pause,       &Run::resume_sink,  &Run::receive_fragment, &Run::wait_for_deadline,
        &Run::change_path,
    };
    const std::span<const Step> steps(kSteps);
    const std::span<const Step> link_steps(kLinkSteps);
    const size_t number = source_.below(steps.size() + (with_link_ ? link_steps.size() : 0));
    const uint64_t sent = contact_.sent();
    (this->*(number < steps.size() ? steps[number] : link_steps[number - steps.size()]))();
    require(contact_.sent() <= sent + kMostPacketsPerStep);
  }
  static PeerSession::Config config_of(uint8_t choice) {
    return small_config(
        (choice & 1) != 0 ? kAllCapabilities : kBaseCapabilities,
        (choice & 2) != 0 ? link::CongestionAlgorithm::kCubic : link::CongestionAlgorithm::kBbr);
  }

  // -- time ----------------------------------------------------------------------------------
  void pass_time() {
    now_ += std::chrono::milliseconds(source_.two_bytes());
    serve();
  }
  // Calls tick() and pump() when they are due, as an event loop does.
  void serve() {
    const bool was_due = session_.deadline() && *session_.deadline() <= now_;
    if (was_due) session_.tick(now_);
    pump();
    if (was_due) require(!session_.deadline() || *session_.deadline() > now_);
  }
  void wait_for_deadline() {
    for (int i = source_.byte() % 16; i >= 0 && session_.deadline(); --i) {
      now_ = std::max(now_, *session_.deadline());
      serve();
    }
  }
  void pump() { session_.pump(now_); }
  // The link's part of a deadline may need pump() as well.
  void tick() {
    session_.tick(now_);
    require(session_.link_stats() || !session_.deadline() || *session_.deadline() > now_);
  }

  // -- packets -------------------------------------------------------------------------------
  void receive_raw() {
    const uint8_t how = source_.byte();
    const Bytes body = source_.bytes(source_.byte());
    hand_over(static_cast<PacketId>(how & 3), (how & 4) != 0, body);
  }
  void hand_over(PacketId id, bool is_public, Bytes body) {
    contact_.expect_silent_link(false);
    session_.receive(id, is_public, body, now_);
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
    hand_over(where.id, is_public, frame.body());
    if ((how & 0x10) == 0) pump();
  }

  void receive_offer() { receive(packets_.offer()); }
  void receive_accept() {
    if (const auto accept = packets_.accept()) receive(*accept);
  }
  void receive_ack() { receive(packets_.ack()); }
  void receive_kill() { receive(packets_.kill()); }
  void receive_window() { receive(packets_.window()); }
  void receive_hello() { receive(packets_.hello()); }
  // Sends either a few bytes or enough to fill a window of 512 KiB soon.
  void receive_data() {
    const MsgId mapping_id = packets_.id();
    const uint8_t size = source_.byte();
    std::vector<uint8_t> body = {0xF2};
    for (int shift = 0; shift < 32; shift += 8) {
      body.push_back(static_cast<uint8_t>(mapping_id >> shift));
    }
    const Bytes bytes = StreamLedger::content(0, size < 128 ? size : size * size_t{256});
    body.insert(body.end(), bytes.begin(), bytes.end());
    hand_over(PacketId::kData, false, body);
  }
  void receive_udp() {
    Frame frame;
    const MsgId mapping_id = packets_.id();
    encode_packet(Datagram{mapping_id, StreamLedger::content(0, source_.byte())}, frame);
    hand_over(PacketId::kData, false, frame.body());
  }
  // A whole datagram in pieces, or only some of them.
  void receive_fragment() {
    Fragment piece{packets_.id(), source_.byte(), 0, 0, {}};
    piece.count = static_cast<uint8_t>(1 + source_.below(kMaxFragments));
    const uint8_t how = source_.byte();
    const auto first = static_cast<uint8_t>((how & 1) != 0 ? source_.below(piece.count) : 0);
    for (piece.index = first; piece.index < piece.count; ++piece.index) {
      const bool full = piece.index + 1 < piece.count || (how & 2) != 0;
      piece.bytes = StreamLedger::content(0, full ? kFragmentBytes : source_.byte());
      Frame frame;
      const Outgoing where = encode_packet(piece, frame);
      hand_over(where.id, false, frame.body());
    }
  }

  // -- the peer's end of the link ----------------------------------------------------------------
  // Sends a Hello, so that the session knows the peer's epoch and capabilities.
  void greet() {
    Frame frame;
    const Outgoing where = encode_packet(packets_.greeting(), frame);
    hand_over(where.id, false, frame.body());
    pump();
  }
  void restart_peer() {
    packets_.begin_epoch();
    begin_link();
    greet();
  }
  void begin_link() { link_.begin_epoch(link::link_token(packets_.peer_epoch(), kEpoch)); }
  template <typename F>
  void receive_link(const F& write) {
    const auto body = link_.packet(write);
    hand_over(PacketId::kAccept, false, body);
    if (source_.below(4) != 0) pump();
  }
  void link_ack() {
    receive_link([&](link::PacketWriter& out) { link_.put_ack(out); });
  }
  void link_ack_all() {
    receive_link([&](link::PacketWriter& out) { link_.put_ack_of_all(out); });
  }
  void link_stream() {
    const MsgId stream = packets_.id();
    receive_link([&](link::PacketWriter& out) { link_.put_stream(out, stream); });
  }
  void link_limit() {
    const MsgId stream = packets_.id();
    receive_link([&](link::PacketWriter& out) { link_.put_limit(out, stream); });
  }
  void link_control() {
    receive_link([&](link::PacketWriter& out) { link_.put_control(out, packets_.link_control()); });
  }
  // Sends a packet with control and stream frames, as an acceptor that does not wait for the
  // answer.
  void link_mixed() {
    receive_link([&](link::PacketWriter& out) {
      link_.put_ack(out);
      link_.put_control(out, packets_.link_control());
      const MsgId stream = packets_.id();
      link_.put_limit(out, stream);
      link_.put_stream(out, stream);
    });
  }
  void link_raw() {
    ledger_.lose_sight_of_peer();
    std::vector<uint8_t> body = link_.packet([](link::PacketWriter&) {});
    const Bytes rest = source_.bytes(source_.byte());
    body.insert(body.end(), rest.begin(), rest.end());
    hand_over(PacketId::kAccept, false, body);
  }
  void change_path() { contact_.set_relayed(source_.below(2) == 0); }

  // -- the local side --------------------------------------------------------------------------
  void offer() {
    const size_t service = source_.below(8);
    const TransportSet set = packets_.transports();
    const Offer what{0, set, 80, std::string(1 + service, 's'), {}};
    const uint8_t how = source_.byte();
    const auto preferred = (how & 1) != 0 ? std::optional<MsgId>(0x02020200 + how) : std::nullopt;
    session_.offer(service, what, preferred, (how & 2) != 0, now_);
  }
  void withdraw() { session_.withdraw(source_.below(8), KillReason::kWithdrawn, now_); }
  void open() {
    const auto transport = source_.below(2) == 0 ? Transport::kTcp : Transport::kUdp;
    handler_.open(session_, packets_.id(), transport);
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
    Sink* const one = sink();
    if (one == nullptr) return;
    const size_t size = source_.byte() * (with_link_ ? size_t{256} : size_t{8});
    one->mapping()->send_datagram(StreamLedger::content(0, size), now_);
  }
  void pause() {
    if (Sink* const one = sink()) one->pause();
  }
  void resume_sink() {
    if (Sink* const one = sink()) one->resume();
  }
  void acknowledge() {
    Sink* const one = sink();
    if (one != nullptr && one->mapping()->state() == Mapping::State::kDeciding) {
      one->mapping()->acknowledge();
    }
  }
  void close_mappings() { session_.close_mappings_of(packets_.id(), KillReason::kClosed, now_); }
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
  void suspend() {
    const uint64_t sent = contact_.sent();
    handler_.calls_back = false;
    const bool waits = session_.suspend(now_);
    handler_.calls_back = true;
    require(contact_.sent() == sent);
    if (waits) {
      contact_.expect_silent_link(true);
      for (const Sink* const one : handler_.live()) {
        const Mapping& mapping = *one->mapping();
        require(mapping.over_link() || mapping.state() == Mapping::State::kClosed);
      }
    } else {
      require(session_.mapping_count() == 0 && session_.offers_heard().empty());
    }
  }
  void resume() {
    contact_.expect_silent_link(false);
    session_.resume(now_);
    serve();
  }

  // -- what holds all the time -------------------------------------------------------------------
  void check() {
    require(session_.mapping_count() <= config_.max_mappings);
    require(session_.mapping_count() == handler_.running() + session_.waiting_accepts());
    require(session_.offers_heard().size() <= kMaxOffersHeard);
    const double passed = seconds(now_ - kStart);
    require(static_cast<double>(contact_.unknown_kills()) <= 20 + 10 * passed + 1);
    const double accepts = config_.accept_burst + config_.accepts_per_second * passed + 1;
    require(static_cast<double>(handler_.accepted()) <= accepts);
    check_counters();
  }
  void check_counters() {
    const PeerSession::Counters& now = session_.counters();
    for (const auto counter :
         {&PeerSession::Counters::malformed, &PeerSession::Counters::public_dropped,
          &PeerSession::Counters::stale, &PeerSession::Counters::unknown,
          &PeerSession::Counters::refused, &PeerSession::Counters::overflow,
          &PeerSession::Counters::crowded, &PeerSession::Counters::delayed}) {
      require(now.*counter >= before_.*counter);
    }
    before_ = now;
  }
  void end() {
    contact_.expect_silent_link(false);
    session_.shut_down(now_);
    require(session_.mapping_count() == 0);
    pump();
    require(handler_.live().empty());
  }

  ByteSource source_;
  const bool with_link_;
  const PeerSession::Config config_;
  TimePoint now_ = kStart;
  RandomEntropy entropy_;
  StreamLedger ledger_;
  CheckingContact contact_{ledger_};
  Handler handler_{source_, ledger_, now_};
  PeerSession session_{contact_, entropy_, handler_, config_, now_};
  PacketMaker packets_{source_, session_, handler_, contact_, config_.capabilities};
  PeerLink link_{source_, ledger_, contact_};
  PeerSession::Counters before_;
};

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ngcshare::fuzz::Run(data[0], {data + 1, size - 1}).all();
  return 0;
}
