#include "bot/peers/group_peers.h"

#include <memory>

namespace ngcshare {
namespace {

constexpr size_t kPacketIdBytes = 2;
constexpr auto kHighestPacketId = static_cast<uint8_t>(PacketId::kData);

uint64_t place(GroupNumber group, PeerNumber number) { return uint64_t{group} << 32U | number; }

// GroupPeers alone makes the contacts of group members.
GroupContact& contact_of(const Peer& peer) { return static_cast<GroupContact&>(*peer.contact); }

}  // namespace

GroupPeers::GroupPeers(ToxNode& node, SessionHub& hub) : node_(node), hub_(hub) {
  node_.set_packet_receiver(this);
  hub_.set_public_sender(this);
}

GroupPeers::~GroupPeers() {
  hub_.set_public_sender(nullptr);
  node_.set_packet_receiver(nullptr);
}

Peer* GroupPeers::find(GroupNumber group, PeerNumber number) {
  const auto found = members_.find(place(group, number));
  return found == members_.end() ? nullptr : found->second;
}

// A message can come before toxcore reports that its sender has joined.
Peer* GroupPeers::find_or_ask(GroupNumber group, PeerNumber number) {
  if (Peer* const known = find(group, number); known != nullptr) return known;
  ask(group, number);
  return find(group, number);
}

size_t GroupPeers::count(const Key& chat_id) {
  end_unreported();
  size_t count = 0;
  hub_.for_each_peer([&](const Peer& peer) { count += peer.chat_id == chat_id ? 1U : 0U; });
  return count;
}

std::optional<PresentPerson> GroupPeers::who_is(GroupNumber group, PeerNumber number) {
  const Peer* const peer = find_or_ask(group, number);
  return peer == nullptr ? std::nullopt : std::optional(present_person(*peer));
}

void GroupPeers::on_peer_join(GroupNumber group, PeerNumber number) {
  unreported_.forget(place(group, number));
  ask(group, number);
}

void GroupPeers::ask(GroupNumber group, PeerNumber number) {
  const auto key = node_.peer_key(group, number);
  const auto chat_id = node_.chat_id(group);
  if (!key || !chat_id) return;
  welcome(group, number, {*chat_id, *key},
          node_.peer_role(group, number).value_or(Role::kObserver));
  take_early(group, number, *key);
}

void GroupPeers::welcome(GroupNumber group, PeerNumber number, const storage::Person& person,
                         Role role) {
  if (const Peer* const known = find(group, number); known != nullptr) {
    if (known->person() == person) return;
    on_peer_exit(group, number, true);  // the number was given to somebody else
  }
  Peer* peer = hub_.find(person);
  if (peer != nullptr && !peer->absent_until) {  // its exit under another number was not reported
    on_peer_exit(contact_of(*peer).group(), contact_of(*peer).number(), false);
    peer = hub_.find(person);
  }
  if (peer == nullptr) {
    auto contact = std::make_unique<GroupContact>(node_, group, number);
    members_[place(group, number)] = &hub_.join(person, role, std::move(contact));
    return;
  }
  contact_of(*peer).move_to(group, number);
  members_[place(group, number)] = peer;
  hub_.come_back(*peer, role);
}

void GroupPeers::on_peer_exit(GroupNumber group, PeerNumber number, bool for_good) {
  unreported_.forget(place(group, number));
  end_session(place(group, number), for_good);
}

void GroupPeers::end_session(uint64_t member, bool for_good) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  Peer& peer = *found->second;
  members_.erase(found);
  if (for_good) {
    hub_.leave(peer);
  } else {
    hub_.lose(peer);
  }
}

void GroupPeers::leave_group(const Key& chat_id) {
  std::erase_if(members_, [&](const auto& entry) {
    if (entry.second->chat_id != chat_id) return false;
    unreported_.forget(entry.first);
    return true;
  });
  hub_.leave_all(chat_id);
}

void GroupPeers::on_packet(GroupNumber group, PeerNumber number, bool is_public, Bytes packet) {
  const bool is_ours = packet.size() > kPacketIdBytes && packet[0] == kGroupPacketHighByte &&
                       packet[1] <= kHighestPacketId;
  if (!is_ours) return;
  end_unreported();
  Peer* const peer = find_sender(group, number);
  if (peer == nullptr) return keep_early(group, number, is_public, packet);
  receive(*peer, is_public, packet);
}

// Without a password nothing is to be shown, and after a crash toxcore reports the join only when
// the old connection has timed out, a minute later.
Peer* GroupPeers::find_sender(GroupNumber group, PeerNumber number) {
  const uint64_t member = place(group, number);
  Peer* const known = find(group, number);
  if (known != nullptr && !unreported_.contains(member)) return known;
  const auto key = node_.peer_key(group, number);
  if (known != nullptr && key != known->key) end_session(member, false);
  const bool is_admitted =
      key && node_.group_password(group).empty() && unreported_.admit(member, *key, hub_.now());
  return is_admitted ? find_or_ask(group, number) : nullptr;
}

void GroupPeers::end_unreported() {
  if (hub_.now() - unreported_ended_ < kEndUnreportedEvery) return;
  unreported_ended_ = hub_.now();
  const auto key_of = [this](uint64_t member) {
    return node_.peer_key(static_cast<GroupNumber>(member >> 32U), static_cast<PeerNumber>(member));
  };
  for (const uint64_t member : unreported_.take_ended(key_of, hub_.now())) {
    end_session(member, false);
  }
  std::erase_if(early_,
                [&](const auto& entry) { return key_of(entry.first) != entry.second.sender; });
}

void GroupPeers::receive(Peer& peer, bool is_public, Bytes packet) {
  hub_.receive(peer, static_cast<PacketId>(packet[1]), is_public, packet.subspan(kPacketIdBytes),
               packet.size());
}

void GroupPeers::keep_early(GroupNumber group, PeerNumber number, bool is_public, Bytes packet) {
  const auto sender = node_.peer_key(group, number);
  if (!sender) return;
  if (early_.size() >= kMostEarlySenders && !early_.contains(place(group, number))) {
    early_.erase(early_.begin());
  }
  Early& early = early_[place(group, number)];
  if (early.sender != *sender) early = {.sender = *sender};
  const size_t bytes = packet.size() + kEarlyOverhead;
  if (early.bytes + bytes > kMostEarlyBytes) return;
  early.bytes += bytes;
  early.packets.push_back({is_public, {packet.begin(), packet.end()}});
}

void GroupPeers::take_early(GroupNumber group, PeerNumber number, const Key& sender) {
  const auto taken = early_.extract(place(group, number));
  if (taken.empty() || taken.mapped().sender != sender) return;
  for (const Early::Packet& packet : taken.mapped().packets) {
    if (Peer* const peer = find(group, number)) receive(*peer, packet.is_public, packet.bytes);
  }
}

// -- sending ----------------------------------------------------------------------------

bool GroupPeers::tell(const storage::Person& person, const std::string& text) {
  const Peer* const peer = hub_.find(person);
  if (peer == nullptr || peer->absent_until) return false;
  const GroupContact& contact = contact_of(*peer);
  return node_.send_private_message(contact.group(), contact.number(), text);
}

void GroupPeers::say(const std::optional<Key>& chat_id, const std::string& text) {
  for (const GroupNumber group : node_.groups()) {
    if (!chat_id || node_.chat_id(group) == chat_id) node_.send_message(group, text);
  }
}

SendResult GroupPeers::send_public(const Key& chat_id, const Packet& packet) {
  const auto group = node_.find_group(chat_id);
  return group ? ngcshare::send_public(node_, *group, packet) : SendResult::kGone;
}

}  // namespace ngcshare
