#include "tests/simulation/sim_peer.h"

#include <gtest/gtest.h>

namespace ngcshare::test {
namespace {

// Interval at which a program retries a full channel.
constexpr Duration kPumpInterval = std::chrono::milliseconds(20);
constexpr int kMostTicksAtOnce = 5;

// The sink of a mapping until the stream that serves it is made.
class NoSink : public MappingSink {
  void on_established() override {}
  void on_stream_data(Bytes /*bytes*/) override {}
  void on_stream_end() override {}
  void on_datagram(Bytes /*bytes*/) override {}
  void on_writable() override {}
  void on_closed(KillReason /*reason*/) override {}
};

}  // namespace

void SimPeer::start() {
  const PeerSession::Config config{.epoch = draw_msg_id(chance_),
                                   .capabilities = manner_.capabilities,
                                   .max_mappings = manner_.max_mappings,
                                   .congestion = manner_.congestion,
                                   .link_memory = manner_.memory,
                                   .link_loss = manner_.losses};
  session_ = std::make_unique<PeerSession>(*this, chance_, *this, config, queue_.now());
  alarm_.reset();
}

void SimPeer::receive(PacketId id, Bytes body) {
  if (queue_.now() < stalled_until_) {
    queue_.at(stalled_until_, [this, id, kept = std::vector<uint8_t>(body.begin(), body.end())] {
      receive(id, kept);
    });
    return;
  }
  ticks_at_once_ = 0;
  const auto work = [this] { return packets_sent_ - link_packets_sent_ + calls(); };
  const uint64_t work_before = work();
  const uint64_t sent_before = link_packets_sent_;
  session_->receive(id, false, body, queue_.now());
  settle();
  most_work_ = std::max(most_work_, work() - work_before);
  most_link_packets_ = std::max(most_link_packets_, link_packets_sent_ - sent_before);
}

void SimPeer::restart() {
  for (const auto& stream : streams_) stream->abandon();
  for (const auto& flow : datagrams_) flow->abandon();
  start();
  for (const auto& [service, what] : services_) offer(service);
  settle();
}

void SimPeer::see_peer_leave() {
  session_->peer_left(queue_.now());
  settle();
}

void SimPeer::see_peer_join() {
  for (const auto& [service, what] : services_) offer(service);
  settle();
}

void SimPeer::see_peer_lost() {
  if (!session_->suspend(queue_.now())) {
    for (const auto& stream : streams_) stream->abandon();
    start();  // a session with nothing pending is forgotten
  }
  settle();
}

void SimPeer::see_peer_back() {
  session_->resume(queue_.now());
  see_peer_join();
}

void SimPeer::share(ServiceKey service, uint16_t port, Transport transport) {
  const TransportSet transports{transport == Transport::kTcp, transport == Transport::kUdp};
  services_[service] = {0, transports, port, "service " + std::to_string(service), {}};
  offer(service);
  settle();
}

void SimPeer::offer(ServiceKey service) {
  session_->offer(service, services_.at(service), {}, false, queue_.now());
}

void SimPeer::withdraw(ServiceKey service) {
  services_.erase(service);
  session_->withdraw(service, KillReason::kWithdrawn, queue_.now());
  settle();
}

Mapping* SimPeer::open(Transport transport) {
  static NoSink no_sink;
  auto offers = session_->offers_heard();
  std::erase_if(offers, [&](const Offer* offer) { return !offer->transports.contains(transport); });
  if (offers.empty()) return nullptr;
  const MsgId id = offers[chance_.below(offers.size())]->id;
  return session_->open(id, transport, no_sink, queue_.now());
}

SimStream* SimPeer::open_stream() {
  Mapping* const mapping = open(Transport::kTcp);
  if (mapping == nullptr) return nullptr;
  SimStream* const stream = add_stream(*mapping);
  settle();
  if (manner_.early) stream->begin_early();
  return stream;
}

SimDatagrams* SimPeer::open_datagrams(const DatagramPlan& plan) {
  Mapping* const mapping = open(Transport::kUdp);
  if (mapping == nullptr) return nullptr;
  SimDatagrams* const datagrams = add_datagrams(*mapping, plan);
  settle();
  return datagrams;
}

SimStream* SimPeer::add_stream(Mapping& mapping) {
  streams_.push_back(std::make_unique<SimStream>(queue_, mapping, manner_.plan, *this));
  mapping.set_sink(streams_.back().get());
  return streams_.back().get();
}

SimDatagrams* SimPeer::add_datagrams(Mapping& mapping, const DatagramPlan& plan) {
  datagrams_.push_back(std::make_unique<SimDatagrams>(queue_, mapping, plan, *this));
  mapping.set_sink(datagrams_.back().get());
  return datagrams_.back().get();
}

void SimPeer::close_streams(KillReason reason) {
  for (const auto& stream : streams_) stream->close(reason);
}

std::set<std::pair<std::string, uint16_t>> SimPeer::shared() const {
  std::set<std::pair<std::string, uint16_t>> names;
  for (const auto& [service, what] : services_) names.emplace(what.name, what.suggested_port);
  return names;
}

std::set<std::pair<std::string, uint16_t>> SimPeer::heard() const {
  std::set<std::pair<std::string, uint16_t>> names;
  for (const Offer* const what : session_->offers_heard()) {
    names.emplace(what->name, what->suggested_port);
  }
  return names;
}

SendResult SimPeer::send(Outgoing where, Frame& frame) {
  ++packets_sent_;
  if (is_link_packet(where.id, frame.body())) ++link_packets_sent_;
  return out_.send(where, frame.body());
}

void SimPeer::on_offer(PeerSession& /*session*/, const Offer& /*offer*/) {}
void SimPeer::on_offer_gone(PeerSession& /*session*/, const Offer& /*offer*/,
                            KillReason /*reason*/) {}

std::optional<KillReason> SimPeer::on_accept(PeerSession& /*session*/, Mapping& mapping,
                                             ServiceKey service) {
  EXPECT_TRUE(services_.contains(service));
  EXPECT_FALSE(manner_.own_ids_only && mapping.id() == mapping.offer_id());
  if (chance_.chance(manner_.refuses)) return KillReason::kTargetRefused;
  const Duration connecting = chance_.between(Duration{}, manner_.most_connect_time);
  if (mapping.transports().udp) {
    SimDatagrams* const datagrams = add_datagrams(mapping, {});
    queue_.after(connecting, [datagrams] { datagrams->acknowledge(); });
    return std::nullopt;
  }
  SimStream* const stream = add_stream(mapping);
  queue_.after(connecting, [stream] { stream->acknowledge(); });
  return std::nullopt;
}

void SimPeer::settle() {
  if (queue_.now() < stalled_until_) {
    queue_.at(stalled_until_, [this] { settle(); });
    return;
  }
  session_->pump(queue_.now());
  EXPECT_TRUE(session_->sums_hold());
  if (session_->sends_wait_for_room() && !std::exchange(pump_scheduled_, true)) {
    queue_.after(kPumpInterval, [this] {
      pump_scheduled_ = false;
      settle();
    });
  }
  const auto due = session_->deadline();
  if (!due || (alarm_ && *alarm_ <= *due)) return;
  alarm_ = due;
  queue_.at(*due, [this, number = ++alarm_number_] {
    if (number == alarm_number_) tick();
  });
}

void SimPeer::tick() {
  if (queue_.now() < stalled_until_) {
    queue_.at(stalled_until_, [this] { tick(); });
    return;
  }
  ticks_at_once_ = last_tick_ == queue_.now() ? ticks_at_once_ + 1 : 0;
  EXPECT_LE(ticks_at_once_, kMostTicksAtOnce) << "deadlines make no progress";
  last_tick_ = queue_.now();
  alarm_.reset();
  session_->tick(queue_.now());
  if (ticks_at_once_ <= kMostTicksAtOnce) settle();
}

}  // namespace ngcshare::test
