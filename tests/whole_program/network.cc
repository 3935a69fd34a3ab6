#include "tests/whole_program/network.h"

namespace ngcshare::test {
namespace {

using std::chrono::milliseconds;

// Time in which the others notice that a participant has left.
constexpr Duration kFarewellTime = milliseconds(100);

}  // namespace

// -- who is there ----------------------------------------------------------------------------

void Network::enter(const Key& who, Participant& participant, const std::string& nick, Role role) {
  finish_leaving(who);
  members_[who] = {&participant, nick, role, false};
  for (const Key& other : others(who)) {
    if (!connects(who, other)) continue;
    report_join(other, who);
    report_join(who, other);
  }
}

void Network::leave(const Key& who, const Participant& participant) {
  if (!is_there(who) || members_.at(who).participant != &participant) return;
  members_.erase(who);
  const uint64_t number = leaving_[who] = ++leaves_;
  queue_.after(kFarewellTime, [this, who, number] {
    const auto found = leaving_.find(who);
    if (found != leaving_.end() && found->second == number) finish_leaving(who);
  });
}

void Network::finish_leaving(const Key& who) {
  if (leaving_.erase(who) == 0) return;
  for (const Key& other : others(who)) {
    cut(who, other);
    report_exit(other, who, true);
  }
}

void Network::lose(const Key& who) {
  if (!is_there(who) || is_lost(who)) return;
  members_.at(who).lost = true;
  for (const Key& other : others(who)) {
    cut(who, other);
    report_exit(other, who, false);
    report_exit(who, other, false);
  }
}

void Network::come_back(const Key& who) {
  if (!is_lost(who)) return;
  members_.at(who).lost = false;
  for (const Key& other : others(who)) {
    if (!connects(who, other)) continue;
    report_join(other, who);
    report_join(who, other);
  }
}

void Network::cut(const Key& one, const Key& other) {
  channel(one, other).cut();
  channel(other, one).cut();
}

void Network::report_join(const Key& to, const Key& who) {
  if (is_there(to)) members_.at(to).participant->on_join(who);
}

void Network::report_exit(const Key& to, const Key& who, bool for_good) {
  if (is_there(to)) members_.at(to).participant->on_exit(who, for_good);
}

std::vector<Key> Network::others(const Key& who) const {
  std::vector<Key> found;
  for (const auto& [key, member] : members_) {
    if (key != who) found.push_back(key);
  }
  return found;
}

bool Network::connects(const Key& one, const Key& other) const {
  return is_there(one) && is_there(other) && !is_lost(one) && !is_lost(other);
}

std::string Network::nick(const Key& who) const {
  const auto found = members_.find(who);
  return found == members_.end() ? "" : found->second.nick;
}

std::optional<Role> Network::role(const Key& who) const {
  const auto found = members_.find(who);
  return found == members_.end() ? std::nullopt : std::optional(found->second.role);
}

void Network::set_nick(const Key& who, const std::string& nick) {
  if (is_there(who)) members_.at(who).nick = nick;
}

void Network::set_role(const Key& who, Role role) {
  if (is_there(who)) members_.at(who).role = role;
}

// -- packets and chat ------------------------------------------------------------------------

SimChannel& Network::channel(const Key& from, const Key& to) {
  auto& slot = channels_[{from, to}];
  if (slot == nullptr) {
    slot = std::make_unique<SimChannel>(queue_, chance_, [this, from, to](PacketId id, Bytes body) {
      if (is_there(to)) members_.at(to).participant->on_packet(from, id, false, body);
    });
    slot->faults() = faults_;
  }
  return *slot;
}

SendResult Network::send(const Key& from, const Key& to, Outgoing where, Bytes body) {
  if (!connects(from, to)) return SendResult::kGone;
  return channel(from, to).send(where, body);
}

SendResult Network::send_public(const Key& from, Outgoing where, Bytes body) {
  if (!is_there(from) || is_lost(from)) return SendResult::kGone;
  const std::vector<uint8_t> bytes(body.begin(), body.end());
  for (const Key& to : others(from)) {
    if (!connects(from, to) || chance_.chance(faults_.loss)) continue;
    queue_.after(faults_.delay, [this, from, to, id = where.id, bytes] {
      if (connects(from, to)) members_.at(to).participant->on_packet(from, id, true, bytes);
    });
  }
  return SendResult::kSent;
}

bool Network::tell(const Key& from, const Key& to, const std::string& text) {
  if (!connects(from, to)) return false;
  queue_.after(faults_.delay, [this, from, to, line = ChatLine{text, true, ++lines_}] {
    if (connects(from, to)) members_.at(to).participant->on_line(from, line);
  });
  return true;
}

void Network::say(const Key& from, const std::string& text) {
  const ChatLine line{text, false, ++lines_};
  for (const Key& to : others(from)) {
    queue_.after(faults_.delay, [this, from, to, line] {
      if (connects(from, to)) members_.at(to).participant->on_line(from, line);
    });
  }
}

void Network::set_faults(const Faults& faults) {
  faults_ = faults;
  for (auto& [pair, channel] : channels_) channel->faults() = faults;
}

}  // namespace ngcshare::test
