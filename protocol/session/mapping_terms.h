// The terms that an Offer and an Accept agree on: id, transports and capabilities of the mapping
// that they open (SPEC.md §5). Pure functions; limits and known ids are up to the session.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/session/mapping.h"
#include "protocol/wire/packet.h"

namespace ngcshare {

// An acceptor's mapping and the Accept that asks for it.
struct OpeningTerms {
  Mapping::Identity identity;
  Accept accept;
};

// Returns whether a mapping of this offer has an id of its own (kCapMulti); otherwise it has the
// offer's and uses the offer up.
bool has_own_id(const Offer& offer, uint32_t shared_capabilities);

// Returns the terms for opening a mapping of the peer's `offer`. `own_id` is the mapping's id if
// has_own_id(), else nullopt. `own` is the extension of this side with the capabilities it can use
// now. REQUIRES: the offer contains `transport`.
OpeningTerms opening_terms(const Offer& offer, Transport transport, std::optional<MsgId> own_id,
                           const Extension& own, uint32_t usable_capabilities);

// Returns whether the peer's `accept` asks for a mapping with an id of its own.
bool has_own_id(const Accept& accept, uint32_t shared_capabilities);

// Returns the id of the mapping that the peer's `accept` asks for.
MsgId mapping_id_of(const Accept& accept, uint32_t shared_capabilities);

// Returns the offerer's mapping for an `accept` of the own `offer`. Without an extension in the
// Accept no capability is in force.
Mapping::Identity accepted_terms(const Accept& accept, const Offer& offer, MsgId mapping_id,
                                 uint32_t usable_capabilities);

}  // namespace ngcshare
