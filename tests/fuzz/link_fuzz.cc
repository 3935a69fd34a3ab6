// Fuzzes one link with packets, arbitrary or nearly valid, times and local calls. The link must not
// crash, must keep its limits, and its deadline must lie ahead after it has been served.
//
// Input: one byte that chooses the congestion controller (odd: CUBIC), then steps: one byte that
// chooses the step, and a few for its details (see Run::step).
#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "protocol/link/link.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/link_packets.h"

namespace ngcshare::fuzz {
namespace {

using namespace link;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Link::Config kConfig{0x0201, 0x0403, CongestionAlgorithm::kBbr};
constexpr MsgId kStreams = 12;
constexpr uint64_t kChunkSlack = 2 * StreamBuffer::kChunkBytes;
constexpr size_t kDatagramBytes = 1300;
constexpr uint64_t kDatagramWireBytes = kDatagramBytes + kOverheadBytes;

class Run : public Contact, public LinkHandler {
 public:
  Run(Bytes input, CongestionAlgorithm congestion)
      : source_(input),
        link_(*this, *this, {kConfig.send_token, kConfig.receive_token, congestion}) {}

  void all() {
    while (!source_.empty()) {
      step();
      check();
    }
    end();
  }

  // -- Contact
  SendResult send(Outgoing where, Frame& frame) override {
    require(where.channel == Channel::kLossy && !link_.suspended());
    require(frame.body().size() <= Frame::kMaxBodyBytes);
    if (refusals_ > 0) {
      --refusals_;
      return refusal_;
    }
    std::vector<LinkFrame> frames;
    const auto header = decode_link_packet(frame.body(), frames);
    require(header && header->token == kConfig.send_token);
    require(header->packet_number == (sent_ & 0xFFFFFF));
    ++sent_;
    return SendResult::kSent;
  }

  // -- LinkHandler
  void on_control(PacketId /*id*/, Bytes /*body*/, TimePoint /*now*/) override { call_back(); }
  bool is_over(MsgId stream) const override { return over_.contains(stream); }
  void on_readable(MsgId stream, TimePoint now) override {
    require(link_.is_open(stream));
    require(now == now_);
    if ((manner_ & 1) != 0) read(stream, SIZE_MAX);
    call_back();
  }
  void on_writable(MsgId stream, TimePoint /*now*/) override {
    require(link_.is_open(stream));
    if ((manner_ & 2) != 0) write_bytes(stream, 40'000);
    call_back();
  }
  void on_stream_error(MsgId stream, StreamError /*error*/, TimePoint /*now*/) override {
    require(link_.is_open(stream));
    abandon(stream);
  }

 private:
  using Step = void (Run::*)();

  void step() {
    static constexpr Step kSteps[] = {
        &Run::pass_time,     &Run::pass_long,       &Run::serve_deadline, &Run::receive_raw,
        &Run::receive_ack,   &Run::receive_stream,  &Run::receive_stream, &Run::receive_limit,
        &Run::receive_mixed, &Run::acknowledge_all, &Run::open,           &Run::write,
        &Run::finish,        &Run::consume,         &Run::release,        &Run::abandon_one,
        &Run::control,       &Run::refuse,          &Run::suspend,        &Run::resume,
        &Run::relay,         &Run::datagram,        &Run::set_manner,     &Run::pump,
    };
    (this->*kSteps[source_.below(std::size(kSteps))])();
  }

  // -- time
  void pump() { link_.pump(now_); }
  void serve() {
    if (const auto due = link_.deadline(); due && *due <= now_) link_.tick(now_);
    pump();
    require_deadline_ahead();
  }
  void require_deadline_ahead() {
    const auto due = link_.deadline();
    require(!due || *due > now_ || refused_since_pump());
  }
  // Returns true if a refused packet may have left an acknowledgement due, which the next pump()
  // tries again.
  bool refused_since_pump() const { return refusals_ > 0 || link_.suspended(); }
  void pass_time() {
    now_ += Duration(source_.two_bytes() * 16);
    serve();
  }
  void pass_long() {
    now_ += std::chrono::milliseconds(source_.two_bytes());
    serve();
  }
  void serve_deadline() {
    refusals_ = 0;
    for (int i = source_.byte() % 16; i >= 0; --i) {
      const auto due = link_.deadline();
      if (!due) return;
      now_ = std::max(now_, *due);
      serve();
    }
  }

  // -- packets
  void receive_raw() {
    const Bytes body = source_.bytes(source_.byte());
    link_.receive(body, now_);
  }
  template <typename F>
  void receive(const F& write) {
    const uint8_t how = source_.byte();
    link_.receive(packets_.packet(how, write), now_);
    if ((how & 0xC0) == 0) pump();
  }
  void receive_ack() {
    receive([&](PacketWriter& out) { packets_.put_ack(out, sent_); });
  }
  void receive_stream() {
    receive([&](PacketWriter& out) { packets_.put_stream(out); });
  }
  void receive_limit() {
    receive([&](PacketWriter& out) { packets_.put_limit(out); });
  }
  void receive_mixed() {
    receive([&](PacketWriter& out) {
      packets_.put_ack(out, sent_);
      packets_.put_limit(out);
      out.write_control(source_.byte() & 3, source_.bytes(source_.byte() / 4));
      packets_.put_stream(out);
    });
  }
  void acknowledge_all() {
    receive([&](PacketWriter& out) {
      if (sent_ > 0) out.write_ack({{0, sent_}}, Duration(source_.byte()));
    });
  }

  // -- the local side
  MsgId id() { return packets_.id(); }
  void open() {
    const MsgId stream = id();
    if (!over_.contains(stream)) link_.open(stream);
  }
  void write_bytes(MsgId stream, size_t count) {
    static const std::vector<uint8_t> kBytes(65536, 0x55);
    const size_t taken = link_.write(stream, Bytes(kBytes).first(count));
    require(taken <= count && (link_.is_open(stream) || taken == 0));
    written_ += taken;
  }
  void write() {
    const MsgId stream = id();
    write_bytes(stream, source_.byte() * size_t{257});
  }
  void finish() { link_.finish(id()); }
  void read(MsgId stream, size_t most) {
    for (Bytes bytes = link_.readable(stream); !bytes.empty() && most > 0;
         bytes = link_.readable(stream)) {
      const size_t count = std::min(most, bytes.size());
      link_.consume(stream, count, now_);
      most -= count;
    }
  }
  void consume() {
    const MsgId stream = id();
    read(stream, source_.byte() * size_t{1024});
  }
  void release() {
    const MsgId stream = id();
    if (!link_.at_end(stream)) return;
    link_.finish(stream);
    link_.release(stream);
    over_.insert(stream);
  }
  void abandon(MsgId stream) {
    link_.abandon(stream);
    over_.insert(stream);
    if (over_.size() == kStreams) over_.clear();
  }
  void abandon_one() { abandon(id()); }
  void control() {
    const auto which = static_cast<PacketId>(source_.byte() & 3);
    link_.send_control(which, source_.bytes(source_.two_bytes() % 1400));
  }
  void refuse() {
    static constexpr std::array kResults = {SendResult::kFull, SendResult::kGone};
    refusal_ = kResults[source_.below(2)];
    refusals_ = source_.byte();
  }
  void suspend() { link_.suspend(); }
  void resume() {
    refusals_ = 0;
    link_.resume(now_);
    pump();
  }
  void relay() { link_.set_relayed(source_.below(2) == 0, now_); }
  void datagram() {
    const size_t count = source_.byte();
    datagrams_ += count;
    for (size_t i = 0; i < count; ++i) link_.on_datagram_sent(kDatagramBytes, now_);
    for (size_t i = 0; i < count / 16; ++i) link_.on_datagram_received();
    link_.set_datagrams_reported((count & 1) != 0);
  }
  void set_manner() { manner_ = source_.byte(); }
  // Calls the link from inside its handler, as a program might.
  void call_back() {
    if ((manner_ & 4) == 0 || calls_back_) return;
    calls_back_ = true;
    switch (source_.below(6)) {
      case 0:
        open();
        break;
      case 1:
        write();
        break;
      case 2:
        finish();
        break;
      case 3:
        release();
        break;
      case 4:
        abandon_one();
        break;
      default:
        control();
    }
    calls_back_ = false;
  }

  // -- invariants
  void check() {
    const Link::Stats stats = link_.stats();
    require(stats.bytes_sent <= written_);
    require(stats.packet_bytes >= PacketSizeProbe::kLeastBytes);
    require(stats.packet_bytes <= Frame::kMaxBodyBytes);
    require(stats.window >= kLeastWindowBytes);
    require(stats.packets_sent == sent_);
    require(stats.datagrams_in_flight % kDatagramWireBytes == 0);
    require(stats.datagrams_lost + stats.datagrams_in_flight / kDatagramWireBytes <= datagrams_);
    require(link_.buffered_bytes() <= memory_limit());
    require(link_.sums_hold());
    if (link_.suspended()) require(!link_.deadline());
    if (!calls_back_) pacing_holds(stats);
  }
  void pacing_holds(const Link::Stats& stats) const {
    require(stats.rtt >= Duration{} && stats.min_rtt >= Duration{});
    require(stats.delivery_rate >= 0);
  }
  // Returns the sum of the streams' windows, the unacknowledged bytes written, and parts of chunks.
  uint64_t memory_limit() const {
    return written_ + kStreams * (Link::kWindows.most_stream + kChunkSlack);
  }
  // Acknowledges everything, after which nothing may be left to wait for.
  void end() {
    manner_ = 1;
    refusals_ = 0;
    for (MsgId stream = 1; stream <= kStreams; ++stream) link_.abandon(stream);
    require(link_.buffered_bytes() == 0);
    link_.resume(now_);
    pump();
    for (int i = 0; i < 20'000 && link_.deadline(); ++i) {
      now_ = std::max(now_, *link_.deadline());
      serve();
      if (i % 4 != 0 || sent_ == 0) continue;
      link_.receive(packets_.valid_packet([&](PacketWriter& out) {
        out.write_ack({{0, sent_}}, {});
      }),
                    now_);
      pump();
    }
    require(!link_.deadline());
    require(link_.stats().in_flight == 0);
  }

  ByteSource source_;
  LinkPackets packets_{source_, kConfig.receive_token, kStreams};
  TimePoint now_ = kStart;
  Link link_;
  std::set<MsgId> over_;
  uint64_t sent_ = 0;
  uint64_t written_ = 0;
  uint64_t datagrams_ = 0;  // sent
  int refusals_ = 0;
  SendResult refusal_ = SendResult::kFull;
  uint8_t manner_ = 1;
  bool calls_back_ = false;
};

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto congestion = (data[0] & 1) == 0 ? ngcshare::link::CongestionAlgorithm::kBbr
                                             : ngcshare::link::CongestionAlgorithm::kCubic;
  ngcshare::fuzz::Run({data + 1, size - 1}, congestion).all();
  return 0;
}
