#include "protocol/session/peer_session.h"

#include <cassert>
#include <utility>

#include "protocol/base/overloaded.h"
#include "protocol/session/mapping_terms.h"
#include "protocol/session/session_call.h"

namespace ngcshare {
namespace {

bool any(const Mapping& /*mapping*/) { return true; }

}  // namespace

PeerSession::PeerSession(Contact& contact, Entropy& entropy, SessionHandler& handler,
                         const Config& config, TimePoint now)
    : handler_(handler),
      config_(config),
      peer_(config.epoch, config.capabilities, now),
      link_(contact, *this,
            {config.epoch, config.congestion, config.link_memory, config.link_loss, &entropy}),
      local_memory_(std::make_shared<link::MemoryAccount>(config.link_memory)),
      control_(contact, peer_, link_, alarm_),
      ids_(entropy, mappings_, made_, heard_),
      offers_(made_, ids_, control_, peer_, alarm_, extension_of(config)),
      accepts_(config.accepts_per_second, config.accept_burst) {}

PeerSession::~PeerSession() { assert(!SessionCall::any() && !reporting_); }

PeerSession::Counters& PeerSession::Counters::operator+=(const Counters& other) {
  malformed += other.malformed;
  public_dropped += other.public_dropped;
  stale += other.stale;
  unknown += other.unknown;
  refused += other.refused;
  overflow += other.overflow;
  crowded += other.crowded;
  delayed += other.delayed;
  return *this;
}

Extension PeerSession::extension_of(const Config& config) {
  Extension extension;
  extension.capabilities = config.capabilities;
  extension.epoch = config.epoch;
  return extension;
}

// -- offers ----------------------------------------------------------------------------------

void PeerSession::offer(ServiceKey service, const Offer& offer, std::optional<MsgId> preferred_id,
                        bool already_sent, TimePoint now) {
  const SessionCall inside;
  if (const auto other = made_.find_name(offer.name); other && *other != service) {
    withdraw(*other, KillReason::kWithdrawn, now);
  }
  offers_.offer(service, offer, preferred_id, already_sent, now);
  update_presence(now);
}

void PeerSession::withdraw(ServiceKey service, KillReason reason, TimePoint now) {
  const SessionCall inside;
  const auto id = made_.remove(service);
  if (!id) return;
  const bool is_mapping = mappings_.contains(*id);
  close_mappings_of(*id, reason, now);
  if (!is_mapping) kill(*id, reason, now);
}

const Offer* PeerSession::offered(ServiceKey service) const {
  const OffersMade::Made* const made = made_.find_service(service);
  return made == nullptr ? nullptr : &made->offer;
}

void PeerSession::end_heard_offer(MsgId id, KillReason reason, TimePoint now) {
  const auto offer = heard_.remove(id);
  if (!offer) return;
  ids_.end(id);
  // The peer may have ended a mapping in the ordinary way and still be sending its last bytes, of
  // which it can give up the rest only if it knows that nobody wants them.
  const std::vector<MsgId> ids = mappings_.ids_of(id);
  std::vector<MsgId> told = ids;
  std::erase_if(told, [this](MsgId mapping) { return !mappings_.find(mapping)->over_link(); });
  mappings_.close(ids, reason, now);
  for (const MsgId mapping : told) kill(mapping, reason, now);
  note_event(SessionEvents::OfferGone{*offer, reason});
}

// -- mappings --------------------------------------------------------------------------------

// A stream whose end the peer does not acknowledge takes a place as a running one does.
bool PeerSession::is_crowded() const {
  return mappings_.size() >= config_.max_mappings ||
         link_.unfinished_ends() >= config_.max_mappings;
}

Mapping* PeerSession::open(MsgId offer_id, Transport transport, MappingSink& sink, TimePoint now) {
  const SessionCall inside;
  const Offer* const offer = heard_.find(offer_id);
  if (offer == nullptr || !offer->transports.contains(transport)) return nullptr;
  if (is_crowded()) return nullptr;
  std::optional<MsgId> own_id;
  if (has_own_id(*offer, peer_.shared_capabilities())) own_id = ids_.draw();
  if (mappings_.contains(own_id.value_or(offer_id))) return nullptr;

  Extension own = extension_of(config_);
  if (!link_.exists()) own.capabilities &= ~kLinkCapabilities;
  OpeningTerms terms = opening_terms(*offer, transport, own_id, own, usable_capabilities());
  Mapping& mapping = mappings_.add(*this, terms.identity);
  mapping.set_sink(&sink);
  mapping.set_accept(std::move(terms.accept));
  mapping.start_accepting(now);
  update_presence(now);
  return &mapping;
}

void PeerSession::close_mappings_of(MsgId offer_id, KillReason reason, TimePoint now) {
  const SessionCall inside;
  const std::vector<MsgId> ids = mappings_.ids_of(offer_id);
  mappings_.close(ids, reason, now);
  for (const MsgId id : ids) kill(id, reason, now);
}

bool PeerSession::close_mapping(MsgId id, KillReason reason, TimePoint now) {
  const SessionCall inside;
  Mapping* const mapping = mappings_.find(id);
  if (mapping == nullptr) return false;
  mapping->close_both(reason, now);
  return true;
}

void PeerSession::note_deadline(Mapping& mapping, TimePoint when) {
  mappings_.note_deadline(mapping.id(), when);
  alarm_.ring_by(when);
}

void PeerSession::mapping_ended(Mapping& mapping, KillReason reason, bool tell_peer,
                                TimePoint now) {
  const MsgId id = mapping.id();
  const bool uses_offer_up = id == mapping.offer_id();  // without kCapMulti
  turns_.remove(mapping);
  accepts_.remove(id);
  if (mapping.over_link()) link_.end_stream(id, mapping.both_finished());
  note_event(SessionEvents::MappingEnded{mappings_.remove(id)});
  ids_.end(id);
  if (tell_peer) kill(id, reason, now);
  if (!uses_offer_up) return;
  offers_.renew_after_mapping(id, reason, now);
  end_heard_offer(id, reason, now);
}

// -- sending ---------------------------------------------------------------------------------

SendResult PeerSession::send_data(const Packet& packet) {
  if (!turns_.may_send_stream() && std::holds_alternative<StreamData>(packet)) {
    return SendResult::kFull;
  }
  const SendResult result = control_.send_data(packet);
  turns_.note_sent(result);
  return result;
}

SendResult PeerSession::send_datagram(const Packet& packet, TimePoint now) {
  const SendResult result = send_data(packet);
  if (result == SendResult::kSent) link_.on_datagram_sent(packet, now);
  return result;
}

void PeerSession::send_control(const Packet& packet, bool lossless_too) {
  control_.send(packet, lossless_too);
  note_waiting();
}

void PeerSession::wait_for_room(Mapping& mapping) {
  turns_.add(mapping);
  note_waiting();
}

// A mapping may have been used without the owner's knowledge.
void PeerSession::note_waiting() {
  if (!sending_ && !reporting_ && sends_wait_for_room()) handler_.on_pump_wanted(*this);
}

// An id that ends without a mapping may have had an Accept, with bytes of a stream behind it.
void PeerSession::kill(MsgId id, KillReason reason, TimePoint now) {
  if (ids_.end(id)) link_.give_up_unopened(id);
  control_.kill({id, reason}, now);
  note_waiting();
}

void PeerSession::send_hello(bool answer_wanted) {
  send_hello(peer_.epoch().value_or(0), answer_wanted);
}

void PeerSession::send_hello(uint32_t peer_epoch, bool answer_wanted) {
  control_.send_hello({config_.epoch, config_.capabilities, peer_epoch, made_.digest(),
                       heard_.digest(), mappings_.open_digest(), answer_wanted});
}

// -- the end ---------------------------------------------------------------------------------

void PeerSession::peer_left(TimePoint now) {
  const SessionCall inside;
  forget_peer(KillReason::kPeerLeft, now);
}

void PeerSession::forget_peer(KillReason reason, TimePoint now) {
  mappings_.close(mappings_.ids_if(any), reason, now);
  link_.drop();
  control_.forget_kills();
  for (const Offer& offer : heard_.clear()) note_event(SessionEvents::OfferGone{offer, reason});
}

void PeerSession::shut_down(TimePoint now) {
  const SessionCall inside;
  link_.bypass();
  std::vector<ServiceKey> services;
  for (const auto& [service, made] : made_.all()) services.push_back(service);
  for (const ServiceKey service : services) withdraw(service, KillReason::kShutdown, now);
  const std::vector<MsgId> rest = mappings_.ids_if(any);
  mappings_.close(rest, KillReason::kShutdown, now);
  for (const MsgId id : rest) kill(id, KillReason::kShutdown, now);
}

// -- time ------------------------------------------------------------------------------------

void PeerSession::pump(TimePoint now) {
  report_events();
  link_.bury();
  send_waiting(now);
  report_events();
}

void PeerSession::send_waiting(TimePoint now) {
  const SessionCall inside;
  sending_ = true;
  if (sends_wait_for_room()) turns_.serve(control_.flush(), now);
  link_.pump(now);
  sending_ = false;
}

void PeerSession::note_event(SessionEvents::Event event) {
  const bool first = events_.empty();
  events_.add(std::move(event));
  if (first && !reporting_ && !sending_) handler_.on_pump_wanted(*this);
}

void PeerSession::report_events() {
  assert(!SessionCall::any() && !reporting_);
  reporting_ = true;
  while (!events_.empty()) report(events_.take());
  reporting_ = false;
}

void PeerSession::report(const SessionEvents::Event& event) {
  std::visit(
      Overloaded{
          [this](const SessionEvents::OfferHeard& heard) { handler_.on_offer(*this, heard.offer); },
          [this](const SessionEvents::OfferGone& gone) {
            handler_.on_offer_gone(*this, gone.offer, gone.reason);
          },
          [this](const SessionEvents::PresenceChanged& change) {
            handler_.on_presence(*this, change.present);
          },
          [](const SessionEvents::MappingEnded& ended) { ended.mapping->report_end(); },
      },
      event);
}

void PeerSession::tick(TimePoint now) {
  const SessionCall inside;
  link_.tick(now);
  if (!alarm_.is_due(now)) return;
  mappings_.tick(now);
  control_.tick(now);
  offers_.tick(now);
  decide_accepts(now);
  update_presence(now);
  const Presence::Due talk = peer_.presence().tick(now);
  if (talk.hello) {
    send_hello(talk.answer_wanted);
    if (talk.windows) mappings_.repeat_windows();
  }
  if (talk.fell_silent) note_event(SessionEvents::PresenceChanged{false});

  alarm_.reset();
  alarm_.ring_by(peer_.presence().deadline());
  alarm_.ring_by(offers_.deadline());
  alarm_.ring_by(control_.deadline());
  alarm_.ring_by(accepts_.deadline(now));
  alarm_.ring_by(mappings_.deadline(now));
}

std::optional<TimePoint> PeerSession::deadline() const {
  auto next = alarm_.when();
  lower(next, link_.deadline());
  return next;
}

void PeerSession::update_presence(TimePoint now) {
  const bool something = !made_.empty() || !heard_.empty() || !mappings_.empty();
  peer_.presence().keep_talking(peer_.knows_extension() && something, now);
  alarm_.ring_by(peer_.presence().deadline());
}

}  // namespace ngcshare
