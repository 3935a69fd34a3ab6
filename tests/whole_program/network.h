// One Tox group as its participants see it through toxcore: who is there, under which name and
// role, chat, and packets that take time and get lost (tests/simulation/sim_channel.h). Everything
// happens in the virtual time of an EventQueue.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bot/base/chat_line.h"
#include "bot/base/group_role.h"
#include "bot/base/key.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/sim_channel.h"
#include "tests/support/keys.h"

namespace ngcshare::test {

inline const Key kGroup = key_of(0x99);

class Participant {
 public:
  virtual ~Participant() = default;
  virtual void on_join(const Key& who) = 0;
  virtual void on_exit(const Key& who, bool for_good) = 0;
  virtual void on_packet(const Key& from, PacketId id, bool is_public, Bytes body) = 0;
  virtual void on_line(const Key& from, const ChatLine& line) = 0;
};

class Network {
 public:
  // Both must outlive the network.
  Network(EventQueue& queue, SeededEntropy& chance) : queue_(queue), chance_(chance) {}
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // -- who is there --------------------------------------------------------------------------
  // Adds a participant, which must outlive its leave(). It and the others are told of each other.
  void enter(const Key& who, Participant& participant, const std::string& nick, Role role);
  // Removes a participant: it gets nothing more. What it sent still arrives, and then the others
  // are told. No effect if it is not there, or another has taken its place.
  void leave(const Key& who, const Participant& participant);
  // Cuts a participant off from all others, which lose what is under way, or connects it again.
  void lose(const Key& who);
  void come_back(const Key& who);

  bool is_there(const Key& who) const { return members_.contains(who); }
  bool is_lost(const Key& who) const { return members_.contains(who) && members_.at(who).lost; }
  std::vector<Key> others(const Key& who) const;
  bool connects(const Key& one, const Key& other) const;
  std::string nick(const Key& who) const;
  std::optional<Role> role(const Key& who) const;
  void set_nick(const Key& who, const std::string& nick);
  void set_role(const Key& who, Role role);

  // -- packets and chat ------------------------------------------------------------------------
  SendResult send(const Key& from, const Key& to, Outgoing where, Bytes body);
  SendResult send_public(const Key& from, Outgoing where, Bytes body);
  bool tell(const Key& from, const Key& to, const std::string& text);
  void say(const Key& from, const std::string& text);

  // Sets the faults of all channels, also of those to come.
  void set_faults(const Faults& faults);
  const Faults& faults() const { return faults_; }

 private:
  struct Member {
    Participant* participant = nullptr;
    std::string nick;
    Role role = Role::kUser;
    bool lost = false;
  };
  using Pair = std::pair<Key, Key>;  // from, to

  SimChannel& channel(const Key& from, const Key& to);
  void cut(const Key& one, const Key& other);
  void finish_leaving(const Key& who);
  void report_join(const Key& to, const Key& who);
  void report_exit(const Key& to, const Key& who, bool for_good);

  EventQueue& queue_;
  SeededEntropy& chance_;
  Faults faults_;
  std::map<Key, Member> members_;
  std::map<Key, uint64_t>
      leaving_;  // those whose leave() the others have not noticed, by its number
  uint64_t leaves_ = 0;
  uint32_t lines_ = 0;
  std::map<Pair, std::unique_ptr<SimChannel>> channels_;
};

}  // namespace ngcshare::test
