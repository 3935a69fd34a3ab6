#include "protocol/session/mapping_terms.h"

namespace ngcshare {
namespace {

TransportSet only(Transport transport) {
  return {transport == Transport::kTcp, transport == Transport::kUdp};
}

}  // namespace

bool has_own_id(const Offer& offer, uint32_t shared_capabilities) {
  return offer.extension && (shared_capabilities & kCapMulti) != 0;
}

OpeningTerms opening_terms(const Offer& offer, Transport transport, std::optional<MsgId> own_id,
                           const Extension& own, uint32_t usable_capabilities) {
  OpeningTerms terms{{Mapping::Role::kAcceptor, own_id.value_or(offer.id), offer.id,
                      offer.transports, offer.extension ? usable_capabilities : 0},
                     {offer.id, own}};
  if (own_id) {
    terms.identity.transports = only(transport);
    terms.accept.extension->mapping_id = own_id;
    if (offer.transports.tcp && offer.transports.udp) {
      terms.accept.extension->transport = transport;
    }
  }
  return terms;
}

bool has_own_id(const Accept& accept, uint32_t shared_capabilities) {
  return accept.extension && accept.extension->mapping_id && (shared_capabilities & kCapMulti) != 0;
}

MsgId mapping_id_of(const Accept& accept, uint32_t shared_capabilities) {
  return has_own_id(accept, shared_capabilities) ? *accept.extension->mapping_id : accept.offer_id;
}

Mapping::Identity accepted_terms(const Accept& accept, const Offer& offer, MsgId mapping_id,
                                 uint32_t usable_capabilities) {
  Mapping::Identity identity{Mapping::Role::kOfferer, mapping_id, offer.id, offer.transports, 0};
  if (!accept.extension) return identity;
  identity.capabilities = usable_capabilities & accept.extension->capabilities;
  if (accept.extension->transport) identity.transports = only(*accept.extension->transport);
  return identity;
}

}  // namespace ngcshare
