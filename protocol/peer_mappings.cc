// PeerSession: mappings in both roles.
#include <cassert>
#include <utility>

#include "protocol/peer_session.h"

namespace ngcshare {

bool PeerSession::is_free(MsgId id) const {
  return !mappings_.contains(id) && !killed_.contains(id) && made_.find(id) == nullptr &&
         heard_.find(id) == nullptr;
}

MsgId PeerSession::draw_free_id() {
  MsgId id = draw_msg_id(entropy_);
  while (!is_free(id)) id = draw_msg_id(entropy_);
  return id;
}

Mapping& PeerSession::add_mapping(const Mapping::Identity& identity) {
  auto& slot = mappings_[identity.id];
  assert(!slot);
  MappingHost& host = *this;
  slot = std::make_unique<Mapping>(host, identity);
  return *slot;
}

Mapping* PeerSession::open(MsgId offer_id, Transport transport, MappingSink& sink, TimePoint now) {
  const Offer* const offer = heard_.find(offer_id);
  if (offer == nullptr || !offer->transports.contains(transport)) return nullptr;
  if (mappings_.size() >= config_.max_mappings) return nullptr;
  const bool multi = offer->extension && (shared_capabilities() & kCapMulti) != 0;
  const MsgId id = multi ? draw_free_id() : offer_id;
  if (mappings_.contains(id)) return nullptr;

  Mapping::Identity identity{Mapping::Role::kAcceptor, id, offer_id, offer->transports,
                             offer->extension ? mapping_capabilities() : 0};
  Accept accept{offer_id, extension_of(config_)};
  if (link_ == nullptr) accept.extension->capabilities &= ~kLinkCapabilities;
  if (multi) {
    identity.transports = {transport == Transport::kTcp, transport == Transport::kUdp};
    accept.extension->mapping_id = id;
    if (offer->transports.tcp && offer->transports.udp) accept.extension->transport = transport;
  }
  Mapping& mapping = add_mapping(identity);
  mapping.set_sink(&sink);
  mapping.set_accept(std::move(accept));
  mapping.start_accepting(now);
  update_presence(now);
  return &mapping;
}

void PeerSession::handle(const Accept& accept, TimePoint now) {
  if (!observe(accept.extension, now)) return;
  const bool multi =
      accept.extension && accept.extension->mapping_id && (shared_capabilities() & kCapMulti) != 0;
  const MsgId mapping_id = multi ? *accept.extension->mapping_id : accept.offer_id;

  if (const auto found = mappings_.find(mapping_id); found != mappings_.end()) {
    Mapping& mapping = *found->second;
    const bool same =
        mapping.role() == Mapping::Role::kOfferer && mapping.offer_id() == accept.offer_id;
    if (same) mapping.receive_repeated_accept();
    return;
  }
  const auto* made = made_.find(accept.offer_id);
  if (made == nullptr || killed_.contains(mapping_id) || killed_.contains(accept.offer_id)) {
    answer_unknown(mapping_id, now);
    if (made == nullptr && mapping_id != accept.offer_id) answer_unknown(accept.offer_id, now);
    return;
  }
  if (mapping_id != accept.offer_id && !is_free(mapping_id)) {
    ++counters_.refused;  // it would give one id two meanings
    return;
  }
  if (const auto reason = refusal(accept, *made, now)) {
    ++counters_.refused;
    kill(mapping_id, *reason, now);
    offer_anew(mapping_id, UsedUp::kRefusedHere, *reason, now);
    return;
  }
  open_accepted(accept, *made, mapping_id, now);
}

std::optional<KillReason> PeerSession::refusal(const Accept& accept, const OffersMade::Made& made,
                                               TimePoint now) {
  if (mappings_.size() >= config_.max_mappings || !accept_budget_.take(now)) {
    ++counters_.overflow;
    return KillReason::kLimit;
  }
  const auto transport = accept.extension ? accept.extension->transport : std::nullopt;
  if (transport && !made.offer.transports.contains(*transport)) return KillReason::kProtocol;
  return std::nullopt;
}

void PeerSession::open_accepted(const Accept& accept, const OffersMade::Made& made,
                                MsgId mapping_id, TimePoint now) {
  Mapping::Identity identity{Mapping::Role::kOfferer, mapping_id, made.offer.id,
                             made.offer.transports, 0};
  if (accept.extension) {
    identity.capabilities = mapping_capabilities() & accept.extension->capabilities;
    link_heard_ = link_heard_ || (identity.capabilities & kCapLink) != 0;
  }
  if (accept.extension && accept.extension->transport) {
    const bool tcp = *accept.extension->transport == Transport::kTcp;
    identity.transports = {tcp, !tcp};
  }
  const ServiceKey service = made.service;
  Mapping& mapping = add_mapping(identity);
  mapping.set_peer_knows_extension(accept.extension.has_value());
  if (const auto reason = handler_.on_accept(*this, mapping, service)) {
    ++counters_.refused;
    mapping.close(*reason, now);
  }
}

void PeerSession::close_mappings_if(const std::function<bool(const Mapping&)>& matches,
                                    KillReason reason, TimePoint now) {
  std::vector<MsgId> ids;
  for (const auto& [id, mapping] : mappings_) {
    if (matches(*mapping)) ids.push_back(id);
  }
  for (const MsgId id : ids) {
    const auto found = mappings_.find(id);
    if (found != mappings_.end()) found->second->closed_by_peer(reason, now);
  }
}

void PeerSession::close_mappings_of(MsgId offer_id, KillReason reason, TimePoint now) {
  std::vector<MsgId> ids;
  for (const auto& [id, mapping] : mappings_) {
    if (mapping->offer_id() == offer_id) ids.push_back(id);
  }
  close_mappings_if([&](const Mapping& mapping) { return mapping.offer_id() == offer_id; }, reason,
                    now);
  for (const MsgId id : ids) kill(id, reason, now);
}

bool PeerSession::close_mapping(MsgId id, KillReason reason, TimePoint now) {
  const auto found = mappings_.find(id);
  if (found == mappings_.end()) return false;
  Mapping& mapping = *found->second;
  MappingSink* const sink = mapping.sink();
  mapping.close(reason, now);
  if (sink != nullptr) sink->on_closed(reason);
  return true;
}

void PeerSession::mapping_ended(Mapping& mapping, KillReason reason, bool tell_peer,
                                TimePoint now) {
  const MsgId id = mapping.id();
  const MsgId offer_id = mapping.offer_id();
  const auto found = mappings_.find(id);
  assert(found != mappings_.end());
  std::erase(waiting_, &mapping);
  if (link_ != nullptr && mapping.over_link()) {
    const bool all_read = reason == KillReason::kClosed && !tell_peer;
    all_read ? link_->release(id) : link_->abandon(id);
  }
  ended_.push_back(std::move(found->second));
  mappings_.erase(found);
  if (tell_peer) {
    kill(id, reason, now);
  } else {
    killed_.insert(id);
  }
  if (id != offer_id) return;
  // Without kCapMulti the mapping has used its offer up.
  offer_anew(id, UsedUp::kMappingEnded, reason, now);
  end_heard_offer(id, reason, now);
}

uint64_t PeerSession::open_digest() const {
  uint64_t sum = 0;
  for (const auto& [id, mapping] : mappings_) {
    if (mapping->state() == Mapping::State::kOpen) sum += mapping_digest(id);
  }
  return sum;
}

// Mappings open and end all the time, so the sets differ while packets are on their way. The same
// difference twice means that an end has been lost: each side asks after what it holds, and a Kill
// answers for what the other does not.
void PeerSession::compare_mappings(const Hello& hello) {
  const std::pair digests{open_digest(), hello.open_digest};
  if (digests.first == digests.second) {
    open_mismatch_.reset();
    return;
  }
  if (open_mismatch_ != digests) {
    open_mismatch_ = digests;
    return;
  }
  open_mismatch_.reset();
  for (const auto& [id, mapping] : mappings_) mapping->check();
}

}  // namespace ngcshare
