// A participant with some other program: a base peer that follows the draft, a person who only
// chats, or one that sends whatever it likes. Remembers what it has heard, so that lies can name
// ids that mean something.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/whole_program/network.h"

namespace ngcshare::test {

class Stranger : public Participant {
 public:
  struct Manner {
    bool answers = true;         // acknowledges Accepts and returns the bytes that it gets
    bool greets = false;         // answers Hello
    uint32_t capabilities = 0;   // named in its extensions
    bool has_extension = false;  // speaks our additions at all
    uint32_t epoch = 0x5A5A01;
  };

  // `network` must outlive the stranger.
  Stranger(Network& network, const Key& key) : network_(network), key_(key) {}
  ~Stranger() override { network_.leave(key_, *this); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  void enter(const std::string& nick, Role role = Role::kUser) {
    network_.enter(key_, *this, nick, role);
  }
  const Key& key() const { return key_; }
  Manner& manner() { return manner_; }

  // -- what it sends -------------------------------------------------------------------------
  void send(const Key& to, const Packet& packet);
  void send_bytes(const Key& to, Outgoing where, Bytes body);
  void send_public(const Packet& packet);
  // Writes to the whole group, or privately to everybody in it.
  void say(const std::string& text, bool privately);
  // Returns what it would append to an Offer, Accept or Ack-Acc.
  std::optional<Extension> extension() const;
  Offer offer(MsgId id, const std::string& name, TransportSet transports, uint16_t port) const;
  Hello hello(const Key& to, uint32_t capabilities) const;

  // -- what it has heard ---------------------------------------------------------------------
  struct Known {
    std::vector<Offer> offers;
    std::vector<Offer> made;      // its own offers to the other, newest last
    std::vector<MsgId> mappings;  // asked for or acknowledged by the other
    uint32_t epoch = 0;           // of the other's session with it
  };
  const Known& known(const Key& from) { return known_[from]; }
  struct Recorded {
    Outgoing where;
    std::vector<uint8_t> body;
  };
  const std::deque<Recorded>& recent() const { return recent_; }
  const std::vector<std::string>& messages() const { return messages_; }

  // Participant
  void on_join(const Key& /*who*/) override {}
  void on_exit(const Key& who, bool /*for_good*/) override { known_.erase(who); }
  void on_packet(const Key& from, PacketId id, bool is_public, Bytes body) override;
  void on_line(const Key& from, const ChatLine& line) override;

 private:
  static constexpr size_t kMostRecent = 32;
  static constexpr size_t kMostKnown = 64;
  static constexpr size_t kMostMade = 8;

  void hear(const Key& from, const Packet& packet);
  void answer(const Key& from, const Packet& packet);

  Network& network_;
  const Key key_;
  Manner manner_;
  std::map<Key, Known> known_;
  std::deque<Recorded> recent_;
  std::vector<std::string> messages_;
};

}  // namespace ngcshare::test
