// The members of NGC groups as peers: maps toxcore's group and peer numbers to the peers of the hub
// and hands it their packets. Apart from toxcore, only this class and GroupContact use peer
// numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bot/peers/group_contact.h"
#include "bot/peers/session_hub.h"
#include "bot/peers/unreported_members.h"
#include "bot/tox/node.h"

namespace ngcshare {

class GroupPeers : public PacketReceiver, private PublicSender {
 public:
  // Takes the node's custom packets, and sends the hub's public ones, until it is destroyed. Both
  // must outlive it.
  GroupPeers(ToxNode& node, SessionHub& hub);
  ~GroupPeers() override;
  GroupPeers(const GroupPeers&) = delete;
  GroupPeers& operator=(const GroupPeers&) = delete;

  // -- toxcore's events -------------------------------------------------------------------------
  void on_peer_join(GroupNumber group, PeerNumber number);
  void on_peer_exit(GroupNumber group, PeerNumber number, bool for_good);
  // Keeps a packet of somebody whose join toxcore has not reported yet until it does: toxcore
  // passes on what those send who have not shown the group's password, or for whom there is no
  // room.
  void on_packet(GroupNumber group, PeerNumber number, bool is_public, Bytes packet) override;
  // The rest of on_peer_join(), after toxcore was asked who it is: the member is new, or back under
  // another number, or known already.
  void welcome(GroupNumber group, PeerNumber number, const storage::Person& person, Role role);

  // Says farewell to all members of a group and removes them. Call before leaving it.
  void leave_group(const Key& chat_id);

  // Returns nullptr if no member with that number is known.
  Peer* find(GroupNumber group, PeerNumber number);
  // Returns how many members of a group are known, absent ones included. Removes unreported ones
  // that are gone.
  size_t count(const Key& chat_id);
  // Returns of how many senders packets wait for the report of their join.
  size_t early_senders() const { return early_.size(); }
  // Returns who has that number now, or nullopt if toxcore does not know.
  std::optional<PresentPerson> who_is(GroupNumber group, PeerNumber number);

  // -- chat; at most ToxNode::kMaxMessageBytes a message ----------------------------------------
  // Sends a private message. Returns false if the person is not there or toxcore did not take it.
  bool tell(const storage::Person& person, const std::string& text);
  // Sends to the chat of one group, or (nullopt) of all.
  void say(const std::optional<Key>& chat_id, const std::string& text);

 private:
  // PublicSender
  SendResult send_public(const Key& chat_id, const Packet& packet) override;

  // What came from one sender before the join. The number may be given to somebody else meanwhile.
  struct Early {
    struct Packet {
      bool is_public = false;
      std::vector<uint8_t> bytes;
    };
    Key sender{};
    size_t bytes = 0;  // with the memory that each packet takes besides
    std::vector<Packet> packets = {};
  };
  static constexpr size_t kEarlyOverhead = 2 * sizeof(Early::Packet);
  static constexpr std::chrono::seconds kEndUnreportedEvery{5};
  static constexpr size_t kMostEarlySenders = 64;
  static constexpr size_t kMostEarlyBytes = 64 << 10;  // of one; 128 Offers are less

  // Returns the sender of a packet, or nullptr as long as its packets must not be looked at.
  Peer* find_sender(GroupNumber group, PeerNumber number);
  // Ends the sessions of unreported members that are gone or were not reported in time, as a lost
  // connection, and drops the packets of those who are gone.
  void end_unreported();
  void end_session(uint64_t member, bool for_good);
  Peer* find_or_ask(GroupNumber group, PeerNumber number);
  void ask(GroupNumber group, PeerNumber number);
  void keep_early(GroupNumber group, PeerNumber number, bool is_public, Bytes packet);
  void take_early(GroupNumber group, PeerNumber number, const Key& sender);
  void receive(Peer& peer, bool is_public, Bytes packet);

  ToxNode& node_;
  SessionHub& hub_;
  // By group and peer number; none is absent. Entries are removed before the hub removes the peer.
  std::unordered_map<uint64_t, Peer*> members_;
  std::unordered_map<uint64_t, Early> early_;  // by group and peer number
  UnreportedMembers unreported_;
  TimePoint unreported_ended_{};  // when end_unreported() last looked
};

}  // namespace ngcshare
