#include "protocol/peer_session.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/overloaded.h"

namespace ngcshare {
namespace {

// So many Hellos of a stale epoch that know our own epoch show that its process is the living one.
constexpr int kStaleHellosToBelieve = 3;

// A Kill may overtake stream bytes on the lossless channel only where they are not wanted any more.
bool may_overtake_data(KillReason reason) {
  switch (reason) {
    case KillReason::kUnspecified:
    case KillReason::kClosed:
    case KillReason::kUnknown:
      return false;
    default:
      return true;
  }
}

bool may_be_public(const Packet& packet) {
  return std::holds_alternative<Offer>(packet) || std::holds_alternative<Kill>(packet);
}

}  // namespace

PeerSession::PeerSession(Contact& contact, Entropy& entropy, SessionHandler& handler,
                         const Config& config, TimePoint now)
    : handler_(handler),
      contact_(contact),
      entropy_(entropy),
      config_(config),
      accept_budget_(config.accepts_per_second, config.accept_burst),
      outbox_(contact) {
  presence_.heard(now);
}

PeerSession::~PeerSession() = default;

// -- packets ---------------------------------------------------------------------------------

// Most bodies of id kData can only be one thing. A base peer may choose an id that makes its udp
// Data look like a Kill, tcp Data or Window: then the id that is known decides.
std::optional<Packet> PeerSession::read(PacketId id, Bytes body) const {
  if (id == PacketId::kData) {
    const auto datagram = decode_datagram(body);
    const auto found = datagram ? mappings_.find(datagram->mapping_id) : mappings_.end();
    if (found != mappings_.end() && found->second->transports().udp) return *datagram;
  }
  return decode_packet(id, body);
}

void PeerSession::receive(PacketId id, bool is_public, Bytes body, TimePoint now) {
  if (id == PacketId::kAccept && !is_public && !body.empty() && body[0] == link::kLinkMark) {
    receive_link(body, now);
    return;
  }
  const auto packet = read(id, body);
  if (!packet) {
    ++counters_.malformed;
    return;
  }
  if (is_public && (id == PacketId::kAccept || !may_be_public(*packet))) {
    ++counters_.public_dropped;
    return;
  }
  handle(*packet, body, id, now);
  // Only now: the packet may have shown that the peer's process, and so what it offers, is another.
  heard(now);
  update_presence(now);
}

void PeerSession::handle(const Packet& packet, Bytes body, PacketId id, TimePoint now) {
  std::visit(
      Overloaded{
          [&](const Offer& offer) { handle(offer, body.subspan(offer_body_offset(id)), now); },
          [&](const Accept& accept) { handle(accept, now); },
          [&](const Kill& kill) { handle(kill, now); },
          [&](const Hello& hello) { handle(hello, now); },
          [&](const Fragment& fragment) { handle(fragment, now); },
          [&](const auto& for_mapping) { handle_for_mapping(for_mapping, now); },
      },
      packet);
}

template <typename P>
void PeerSession::handle_for_mapping(const P& packet, TimePoint now) {
  const auto found = mappings_.find(packet.mapping_id);
  if (found == mappings_.end()) {
    // A late Window for a mapping that has just ended cleanly is nothing to answer.
    if constexpr (!std::is_same_v<P, Window>) answer_unknown(packet.mapping_id, now);
    return;
  }
  found->second->receive(packet, now);
}

void PeerSession::handle(const Kill& kill, TimePoint now) {
  if (kill.reason == KillReason::kAck) {
    kills_.acknowledged(kill.id);
    return;
  }
  const auto mapping = mappings_.find(kill.id);
  const bool too_early = kill.reason == KillReason::kUnknown && mapping != mappings_.end() &&
                         mapping->second->ends_by_itself();
  if (too_early) return;
  const bool is_news = !killed_.contains(kill.id);
  killed_.insert(kill.id);
  if (link_ != nullptr && mapping == mappings_.end()) {
    // It may have ended here, with bytes still to arrive that the peer does not want any more. Only
    // a RESET settles with it how far they came.
    link_->abandon(kill.id);
    if (is_news) link_->note_never_opened(kill.id);
  }
  if (knows_extension_ && !over_link_) send_kill({kill.id, KillReason::kAck});
  if (mapping != mappings_.end()) {
    mapping->second->closed_by_peer(kill.reason, now);
  } else {
    offer_anew(kill.id, UsedUp::kKilledByPeer, kill.reason, now);
  }
  end_heard_offer(kill.id, kill.reason, now);
}

void PeerSession::handle(const Hello& hello, TimePoint now) {
  if (!observe_epoch(hello.epoch, hello.capabilities, now)) {
    if (!is_alive_after_all(hello) || !restart_budget_.take(now)) return;
    epoch_.adopt(hello.epoch);
    welcome_new_process(now);
    knows_extension_ = true;
    peer_capabilities_ = hello.capabilities;
  }
  stale_hellos_ = 0;
  presence_.heard_hello();
  agree_on_link();
  link_heard_ = link_heard_ || hello.peer_epoch == config_.epoch;
  if (!made_.confirm(hello.heard_digest)) resync_offers(now);
  compare_mappings(hello);
  const bool out_of_step = hello.offered_digest != heard_.digest() ||
                           hello.peer_epoch != config_.epoch || hello.open_digest != open_digest();
  if ((hello.answer_wanted || out_of_step) && presence_.may_answer(now)) send_hello(false);
}

PeerSession::Counters& PeerSession::Counters::operator+=(const Counters& other) {
  malformed += other.malformed;
  public_dropped += other.public_dropped;
  stale += other.stale;
  unknown += other.unknown;
  refused += other.refused;
  overflow += other.overflow;
  return *this;
}

// -- who the peer is -------------------------------------------------------------------------

bool PeerSession::observe(const std::optional<Extension>& extension, TimePoint now) {
  if (!extension) return true;
  if (extension->epoch) return observe_epoch(*extension->epoch, extension->capabilities, now);
  knows_extension_ = true;
  peer_capabilities_ = extension->capabilities;
  return true;
}

bool PeerSession::observe_epoch(uint32_t epoch, uint32_t capabilities, TimePoint now) {
  if (epoch_.is_restart(epoch) && !restart_budget_.take(now)) {
    ++counters_.overflow;
    return false;
  }
  switch (epoch_.observe(epoch)) {
    case EpochTracker::Verdict::kStale:
      ++counters_.stale;
      return false;
    case EpochTracker::Verdict::kRestarted:
      welcome_new_process(now);
      break;
    case EpochTracker::Verdict::kFirst:
    case EpochTracker::Verdict::kSame:
      break;
  }
  knows_extension_ = true;
  peer_capabilities_ = capabilities;
  agree_on_link();
  return true;
}

bool PeerSession::is_alive_after_all(const Hello& hello) {
  if (hello.peer_epoch != config_.epoch) return false;
  return ++stale_hellos_ >= kStaleHellosToBelieve;
}

void PeerSession::welcome_new_process(TimePoint now) {
  forget_peer(KillReason::kRestarted, now);
  presence_.restart();
  // What the old process declined the new one may want.
  for (const ServiceKey service : made_.declined()) {
    place_offer(service, Offer(made_.find_service(service)->offer), std::nullopt);
  }
  send_offers();
  expect_confirmation(now);
}

void PeerSession::forget_peer(KillReason reason, TimePoint now) {
  close_mappings_if([](const Mapping&) { return true; }, reason, now);
  drop_link();
  kills_.clear();
  for (const Offer& offer : heard_.clear()) {
    handler_.on_offer_gone(*this, offer, reason);
  }
}

void PeerSession::peer_left(TimePoint now) { forget_peer(KillReason::kPeerLeft, now); }

void PeerSession::shut_down(TimePoint now) {
  link_heard_ = false;  // there is no time to wait for the link's turn
  std::vector<ServiceKey> services;
  for (const auto& [service, made] : made_.all()) services.push_back(service);
  for (const ServiceKey service : services) withdraw(service, KillReason::kShutdown, now);
  std::vector<MsgId> rest;
  for (const auto& [id, mapping] : mappings_) rest.push_back(id);
  close_mappings_if([](const Mapping&) { return true; }, KillReason::kShutdown, now);
  for (const MsgId id : rest) kill(id, KillReason::kShutdown, now);
}

// -- Kill, Hello, time ---------------------------------------------------------------------------

void PeerSession::send_kill(const Kill& kill) {
  outbox_.send(kill);
  if (presence_.says_hello() && may_overtake_data(kill.reason)) outbox_.send_copy(kill);
}

void PeerSession::kill(MsgId id, KillReason reason, TimePoint now) {
  killed_.insert(id);
  const Kill packet{id, reason};
  if (send_over_link(packet)) return;
  send_kill(packet);
  if (!knows_extension_) return;
  kills_.add(packet, now);
  lower(deadline_, kills_.deadline());
}

void PeerSession::answer_unknown(MsgId id, TimePoint now) {
  // Ended cleanly here, while what was sent before is still on its way to the peer.
  if (link_ != nullptr && link_->is_open(id)) return;
  ++counters_.unknown;
  if (unknown_budget_.take(now)) send_kill({id, KillReason::kUnknown});
}

SendResult PeerSession::send_data(const Packet& packet) {
  const bool in_turn = serving_waiting_ || waiting_.empty();
  if (!in_turn && std::holds_alternative<StreamData>(packet)) return SendResult::kFull;
  const SendResult result = outbox_.send_data(packet);
  if (result == SendResult::kFull) channel_full_ = true;
  if (result == SendResult::kSent) ++data_sent_;
  if (link_ != nullptr && result == SendResult::kSent) charge_link(packet);
  return result;
}

void PeerSession::send_control(const Packet& packet, bool lossless_too) {
  if (send_over_link(packet)) return;
  const bool copies = presence_.says_hello();
  if (copies) outbox_.send_copy(packet);
  if (lossless_too || !copies) outbox_.send(packet);
}

void PeerSession::wait_for_room(Mapping& mapping) {
  if (std::exchange(mapping.waiting_for_room, true)) return;
  waiting_.push_back(&mapping);
}

void PeerSession::note_deadline(TimePoint when) { lower(deadline_, when); }

void PeerSession::send_hello(bool answer_wanted) {
  Frame frame;
  const Outgoing where =
      encode_packet(Hello{config_.epoch, config_.capabilities, epoch_.current().value_or(0),
                          made_.digest(), heard_.digest(), open_digest(), answer_wanted},
                    frame);
  contact_.send(where, frame);
}

void PeerSession::update_presence(TimePoint now) {
  const bool something = !made_.empty() || !heard_.empty() || !mappings_.empty();
  presence_.keep_talking(knows_extension_ && something, now);
  lower(deadline_, presence_.deadline());
}

void PeerSession::pump(TimePoint now) {
  ended_.clear();
  dead_links_.clear();
  if (!outbox_.empty() || !waiting_.empty()) give_turns(now);
  if (link_ == nullptr) return;
  watch_path(now);
  pumping_ = true;
  link_->pump(now);
  pumping_ = false;
}

void PeerSession::give_turns(TimePoint now) {
  channel_full_ = !outbox_.flush();
  serving_waiting_ = true;
  for (size_t turns = waiting_.size(); turns > 0 && !waiting_.empty() && !channel_full_; --turns) {
    Mapping* const mapping = waiting_.front();
    waiting_.pop_front();
    mapping->waiting_for_room = false;
    const uint64_t sent_before = data_sent_;
    mapping->room_again(now);
    // One that found no room at all keeps its turn: otherwise the same few would always be served.
    const bool waits_again = !waiting_.empty() && waiting_.back() == mapping;
    if (waits_again && data_sent_ == sent_before) {
      waiting_.pop_back();
      waiting_.push_front(mapping);
    }
  }
  serving_waiting_ = false;
}

void PeerSession::tick(TimePoint now) {
  std::vector<Mapping*> due;
  for (const auto& [id, mapping] : mappings_) {
    const auto when = mapping->deadline();
    if (when && *when <= now) due.push_back(mapping.get());
  }
  for (Mapping* const mapping : due) mapping->tick(now);  // those that end live on in ended_
  if (link_ != nullptr) link_->tick(now);
  for (const Kill& again : kills_.due(now)) send_kill(again);
  if (made_.due(now)) send_offers();
  update_presence(now);
  const Presence::Due talk = presence_.tick(now);
  if (talk.hello) {
    send_hello(talk.answer_wanted);
    for (const auto& [id, mapping] : mappings_) mapping->repeat_window();
  }
  if (talk.fell_silent) handler_.on_presence(*this, false);
  recompute_deadline();
}

std::optional<TimePoint> PeerSession::deadline() const {
  auto next = deadline_;
  if (link_ != nullptr) lower(next, link_->deadline());
  return next;
}

void PeerSession::recompute_deadline() {
  deadline_.reset();
  lower(deadline_, presence_.deadline());
  lower(deadline_, made_.deadline());
  lower(deadline_, kills_.deadline());
  for (const auto& [id, mapping] : mappings_) lower(deadline_, mapping->deadline());
}

}  // namespace ngcshare
