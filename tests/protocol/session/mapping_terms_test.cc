#include "protocol/session/mapping_terms.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

constexpr MsgId kOffer = 0x01020304;
constexpr MsgId kMapping = 0x05060708;
constexpr TransportSet kTcp{true, false};
constexpr TransportSet kUdp{false, true};
constexpr TransportSet kBoth{true, true};

Offer offer_of(TransportSet transports, bool extended = true) {
  Offer offer{kOffer, transports, 80, "web", {}};
  if (extended) offer.extension.emplace();
  return offer;
}

Extension own() {
  Extension extension;
  extension.capabilities = kCapMulti | kCapWindow;
  extension.epoch = 99;
  return extension;
}

Accept accept_with(uint32_t capabilities, std::optional<MsgId> mapping_id = kMapping,
                   std::optional<Transport> transport = {}) {
  Accept accept{kOffer, Extension{}};
  accept.extension->capabilities = capabilities;
  accept.extension->mapping_id = mapping_id;
  accept.extension->transport = transport;
  return accept;
}

TEST(MappingTerms, AMappingHasItsOwnIdOnlyWithMultiInForce) {
  EXPECT_TRUE(has_own_id(offer_of(kTcp), kCapMulti));
  EXPECT_FALSE(has_own_id(offer_of(kTcp), kCapWindow));
  EXPECT_FALSE(has_own_id(offer_of(kTcp, false), kCapMulti));
}

TEST(MappingTerms, OpensAMappingOfABaseOfferUnderItsIdWithoutCapabilities) {
  const auto terms =
      opening_terms(offer_of(kBoth, false), Transport::kUdp, std::nullopt, own(), kCapWindow);
  EXPECT_EQ(terms.identity.role, Mapping::Role::kAcceptor);
  EXPECT_EQ(terms.identity.id, kOffer);
  EXPECT_EQ(terms.identity.transports, kBoth);
  EXPECT_EQ(terms.identity.capabilities, 0U);
  EXPECT_EQ(terms.accept, (Accept{kOffer, own()}));
}

TEST(MappingTerms, NamesTheTransportOnlyWhereTheOfferLeavesAChoice) {
  const auto chosen = opening_terms(offer_of(kBoth), Transport::kUdp, kMapping, own(), kCapWindow);
  EXPECT_EQ(chosen.identity.id, kMapping);
  EXPECT_EQ(chosen.identity.offer_id, kOffer);
  EXPECT_EQ(chosen.identity.transports, kUdp);
  EXPECT_EQ(chosen.identity.capabilities, kCapWindow);
  EXPECT_EQ(chosen.accept.extension->mapping_id, kMapping);
  EXPECT_EQ(chosen.accept.extension->transport, Transport::kUdp);
  const auto only = opening_terms(offer_of(kTcp), Transport::kTcp, kMapping, own(), kCapWindow);
  EXPECT_EQ(only.accept.extension->transport, std::nullopt);
}

TEST(MappingTerms, ReadsTheMappingsIdFromAnAcceptOnlyWithMultiInForce) {
  EXPECT_EQ(mapping_id_of(accept_with(kCapMulti), kCapMulti), kMapping);
  EXPECT_EQ(mapping_id_of(accept_with(kCapMulti), kCapWindow), kOffer);
  EXPECT_EQ(mapping_id_of(accept_with(kCapMulti, {}), kCapMulti), kOffer);
  EXPECT_EQ(mapping_id_of(Accept{kOffer, {}}, kCapMulti), kOffer);
}

TEST(MappingTerms, PutsInForceWhatBothSidesCan) {
  const auto accept = accept_with(kCapWindow | kCapLink, kMapping, Transport::kTcp);
  const auto identity = accepted_terms(accept, offer_of(kBoth), kMapping, kCapMulti | kCapWindow);
  EXPECT_EQ(identity.role, Mapping::Role::kOfferer);
  EXPECT_EQ(identity.id, kMapping);
  EXPECT_EQ(identity.offer_id, kOffer);
  EXPECT_EQ(identity.transports, kTcp);
  EXPECT_EQ(identity.capabilities, kCapWindow);
}

TEST(MappingTerms, PutsNothingInForceForABaseAccept) {
  const auto identity =
      accepted_terms(Accept{kOffer, {}}, offer_of(kBoth), kOffer, kCapMulti | kCapWindow);
  EXPECT_EQ(identity.transports, kBoth);
  EXPECT_EQ(identity.capabilities, 0U);
}

}  // namespace
}  // namespace ngcshare
