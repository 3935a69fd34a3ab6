#include "tests/whole_program/hostile_peer.h"

#include <array>

namespace ngcshare::test {
namespace {

// Offers use few ids and names, so that they meet again.
constexpr MsgId kFirstId = 0x31313110;
constexpr uint32_t kIds = 4;
constexpr std::array kNames{"web", "dns", "game", "game:81", "voice", "after", "x", "web:7005"};
constexpr std::array<uint16_t, 5> kPorts{0, 80, 7000, 7005, 65535};

}  // namespace

void HostilePeer::act(Stranger& stranger, const Key& victim) {
  switch (choices_.below(16)) {
    case 0:
    case 1:
      return change_manner(stranger);
    case 2:
    case 3:
    case 4:
      return make_offer(stranger, victim);
    case 5:
    case 6:
    case 7:
      return use_offer(stranger, victim);
    case 8:
    case 9:
      return end_something(stranger, victim);
    case 10:
      return send_data(stranger, victim);
    case 11:
    case 12:
      return send_hello(stranger, victim);
    case 13:
      return repeat(stranger, victim);
    case 14:
      return flood(stranger, victim);
    default:
      return talk(stranger);
  }
}

// -- what it says ----------------------------------------------------------------------------

void HostilePeer::change_manner(Stranger& stranger) {
  Stranger::Manner& manner = stranger.manner();
  manner.answers = !choices_.one_in(4);
  manner.greets = choices_.one_in(2);
  manner.has_extension = choices_.one_in(2);
  manner.capabilities = capabilities();
  if (choices_.one_in(8)) ++manner.epoch;
}

void HostilePeer::make_offer(Stranger& stranger, const Key& victim) {
  Offer offer = stranger.offer(own_id(), name(), transports(), choices_.pick(kPorts));
  const auto& made = stranger.known(victim).made;
  if (!made.empty() && choices_.one_in(2)) {
    offer = changed(choices_.pick(made));
    offer.extension = stranger.extension();
  }
  if (offer.extension && choices_.one_in(8)) offer.extension->state = ServiceState::kDown;
  if (choices_.one_in(8)) {
    stranger.send_public(offer);
  } else {
    stranger.send(victim, offer);
  }
}

// Returns an offer that differs in one thing.
Offer HostilePeer::changed(Offer offer) {
  switch (choices_.below(5)) {
    case 0:
      offer.name = name();
      break;
    case 1:
      offer.suggested_port = choices_.pick(kPorts);
      break;
    case 2:
      offer.id = own_id();
      break;
    default:
      offer.transports = transports();
  }
  return offer;
}

void HostilePeer::use_offer(Stranger& stranger, const Key& victim) {
  const auto& offers = stranger.known(victim).offers;
  Accept accept{
      offers.empty() || choices_.one_in(8) ? id(stranger, victim) : choices_.pick(offers).id,
      stranger.extension()};
  if (accept.extension && choices_.one_in(2)) accept.extension->mapping_id = own_id() + 0x100;
  if (accept.extension && choices_.one_in(4)) {
    accept.extension->transport = choices_.one_in(2) ? Transport::kTcp : Transport::kUdp;
  }
  if ((accept.offer_id & 0xFFU) < kFirstMarkByte) stranger.send(victim, accept);
}

void HostilePeer::end_something(Stranger& stranger, const Key& victim) {
  constexpr uint32_t kReasons = 14;
  const KillReason reason =
      choices_.one_in(2) ? KillReason::kClosed : static_cast<KillReason>(choices_.below(kReasons));
  const Kill kill{id(stranger, victim), reason};
  if (choices_.one_in(8)) {
    stranger.send_public(kill);
  } else {
    stranger.send(victim, kill);
  }
}

void HostilePeer::send_data(Stranger& stranger, const Key& victim) {
  const std::vector<uint8_t> bytes(choices_.below(kMaxStreamChunkBytes), 0x41);
  const MsgId mapping = id(stranger, victim);
  switch (choices_.below(5)) {
    case 0:
      return stranger.send(victim, AckAcc{mapping, stranger.extension()});
    case 1:
      return stranger.send(victim, Datagram{mapping, bytes});
    case 2:
      return stranger.send(victim, Window{mapping, uint64_t{1} << choices_.below(40)});
    case 3:
      return stranger.send(victim, Fragment{mapping, 1, 0, 2, bytes});
    default:
      return stranger.send(victim, StreamData{mapping, bytes});
  }
}

void HostilePeer::send_hello(Stranger& stranger, const Key& victim) {
  Hello hello =
      stranger.hello(victim, choices_.one_in(2) ? stranger.manner().capabilities : capabilities());
  if (choices_.one_in(4)) hello.open_digest = choices_.below(3);
  if (choices_.one_in(8)) hello.epoch += choices_.below(4);
  stranger.send(victim, hello);
}

// Sends something that came, back to whom it may concern, perhaps damaged.
void HostilePeer::repeat(Stranger& stranger, const Key& victim) {
  if (stranger.recent().empty()) return;
  auto packet = choices_.pick(stranger.recent());
  for (uint32_t changes = choices_.below(4); changes > 0 && !packet.body.empty(); --changes) {
    choices_.pick(packet.body) = static_cast<uint8_t>(choices_.below(256));
  }
  if (choices_.one_in(4)) packet.body.resize(choices_.below(64));
  stranger.send_bytes(victim, packet.where, packet.body);
}

void HostilePeer::flood(Stranger& stranger, const Key& victim) {
  const uint32_t kind = choices_.below(3);
  const MsgId known = id(stranger, victim);
  const std::vector<uint8_t> bytes(400, 0x42);
  for (uint32_t i = 0; i < 200; ++i) {
    switch (kind) {
      case 0:
        stranger.send(victim, stranger.offer(kFirstId + 0x10000 + i * 0x100,
                                             "flood" + std::to_string(i), {i % 2 == 0, true}, 0));
        break;
      case 1:
        stranger.send(victim, StreamData{known, bytes});
        break;
      default: {
        Accept accept{known, stranger.extension()};
        if (accept.extension) accept.extension->mapping_id = kFirstId + 0x20000 + i * 0x100;
        if ((known & 0xFFU) < kFirstMarkByte) stranger.send(victim, accept);
      }
    }
  }
}

void HostilePeer::talk(Stranger& stranger) {
  constexpr std::array kLines{"/services",  "/status",    "/share web 22",
                              "yes",        "/claim 123", "/help",
                              "/ban user0", "/whoami",    "!acl web list"};
  stranger.say(choices_.pick(kLines), choices_.one_in(2));
}

// -- what it names ---------------------------------------------------------------------------

MsgId HostilePeer::own_id() { return kFirstId + choices_.below(kIds); }

// Returns an id of either side's, more often than not one that means something.
MsgId HostilePeer::id(Stranger& stranger, const Key& victim) {
  const Stranger::Known& known = stranger.known(victim);
  switch (choices_.below(4)) {
    case 0:
      if (!known.offers.empty()) return choices_.pick(known.offers).id;
      break;
    case 1:
    case 2:
      if (!known.mappings.empty()) return choices_.pick(known.mappings);
      break;
    default:
      break;
  }
  return own_id();
}

TransportSet HostilePeer::transports() {
  const uint32_t bits = 1 + choices_.below(3);
  return {(bits & 1) != 0, (bits & 2) != 0};
}

uint32_t HostilePeer::capabilities() {
  constexpr std::array<uint32_t, 6> kSets{0,
                                          kCapWindow,
                                          kCapMulti | kCapWindow,
                                          kCapMulti | kCapWindow | kCapFragment | kLinkCapabilities,
                                          kCapMulti,
                                          kCapLink | kCapWindow};
  return choices_.pick(kSets);
}

std::string HostilePeer::name() { return choices_.pick(kNames); }

}  // namespace ngcshare::test
