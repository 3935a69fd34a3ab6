// A SessionHub under virtual time, whose peers are reached through contacts that record.
#pragma once

#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bot/peers/session_hub.h"
#include "tests/protocol/session/fakes.h"
#include "tests/support/keys.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

// The record of a contact, which outlives it, so that a test sees when the hub destroys it.
struct ContactRecord {
  FakeContact packets;
  Traffic traffic;
  bool absent = false;
  bool relayed = false;
  bool destroyed = false;
  int path_checks = 0;
  std::optional<Role> role;  // what the group says when it is asked
  std::string nick;
};

class RecordingContact : public PeerContact {
 public:
  explicit RecordingContact(std::shared_ptr<ContactRecord> record) : record_(std::move(record)) {}
  ~RecordingContact() override { record_->destroyed = true; }
  RecordingContact(const RecordingContact&) = delete;
  RecordingContact& operator=(const RecordingContact&) = delete;

  SendResult send(Outgoing where, Frame& frame) override {
    if (record_->absent) return SendResult::kGone;
    record_->traffic.add(frame.body().size());
    return record_->packets.send(where, frame);
  }
  bool relayed() const override {
    ++record_->path_checks;
    return record_->relayed;
  }
  const Traffic& sent() const override { return record_->traffic; }
  void set_absent() override { record_->absent = true; }
  std::optional<Role> role() const override { return record_->role; }
  std::string nick() const override { return record_->nick; }

 private:
  std::shared_ptr<ContactRecord> record_;
};

// Both listeners of a hub in one. Refuses to accept.
struct RecordingListener : OfferMaker, OfferUser {
  void on_peer_joined(Peer& peer) override { joined.push_back(peer.person()); }
  std::optional<KillReason> on_accept(Peer& /*peer*/, Mapping& /*mapping*/,
                                      ServiceKey /*service*/) override {
    return KillReason::kLimit;
  }
  void on_offer(Peer& peer, const Offer& offer) override {
    offers.emplace_back(peer.person(), offer.id);
  }
  void on_offer_gone(Peer& peer, const Offer& /*offer*/, KillReason reason) override {
    gone.emplace_back(peer.person(), reason);
  }
  void on_presence(Peer& /*peer*/, bool present) override { presence.push_back(present); }

  std::vector<storage::Person> joined;
  std::vector<std::pair<storage::Person, MsgId>> offers;
  std::vector<std::pair<storage::Person, KillReason>> gone;
  std::vector<bool> presence;
};

inline constexpr uint32_t kHubCapabilities = kCapMulti | kCapWindow | kLinkCapabilities;
inline constexpr MsgId kOfferOfPeer = 0x11223344;

inline const storage::Person kAlice{key_of(0x11), key_of(0xA1)};
inline const storage::Person kBob{key_of(0x11), key_of(0xB1)};
inline const storage::Person kCarolElsewhere{key_of(0x22), key_of(0xC1)};

// An Offer of a service by a peer that speaks our extension and has a link.
inline Offer offer_of_peer(uint32_t epoch = 77) {
  Offer offer{kOfferOfPeer, {true, false}, 80, "web", Extension{}};
  offer.extension->capabilities = kHubCapabilities;
  offer.extension->epoch = epoch;
  return offer;
}

class HubRig : public testing::Test {
 protected:
  HubRig() {
    hub_.set_offer_maker(&listener_);
    hub_.set_offer_user(&listener_);
  }

  Peer& join(const storage::Person& person, Role role = Role::kUser) {
    contact_ = std::make_shared<ContactRecord>();
    return hub_.join(person, role, std::make_unique<RecordingContact>(contact_));
  }
  void receive(Peer& peer, const Packet& packet, bool is_public = false) {
    Frame frame;
    const Outgoing where = encode_packet(packet, frame);
    hub_.receive(peer, where.id, is_public, frame.body(), frame.body().size() + 2);
  }
  // Asks the peer for a connection to its service.
  Mapping* ask(Peer& peer) {
    receive(peer, offer_of_peer());
    return peer.session->open(kOfferOfPeer, Transport::kTcp, sink_, now_);
  }
  // Opens a connection to a service of the peer's; it waits for the peer when that is lost.
  Mapping* open(Peer& peer) {
    Mapping* const mapping = ask(peer);
    if (mapping == nullptr) return nullptr;
    AckAcc ack{mapping->id(), Extension{}};
    ack.extension->capabilities = kHubCapabilities;
    receive(peer, ack);
    return mapping;
  }
  void advance(Duration duration) {
    now_ += duration;
    hub_.tick();
  }

  // Far in the future, so that the hub's timer never fires: tests call tick().
  TimePoint now_{std::chrono::hours(100'000)};
  asio::io_context loop_{1};
  SeededEntropy entropy_{1};
  RecordingListener listener_;
  RecordingSink sink_;
  std::shared_ptr<ContactRecord> contact_;  // of the peer that joined last
  SessionHub hub_{loop_, entropy_, {.capabilities = kHubCapabilities}, [this] { return now_; }};
};

}  // namespace ngcshare::test
