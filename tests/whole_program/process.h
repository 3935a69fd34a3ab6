// What every ngcshare process has beside toxcore: an event loop of its own, and a SessionHub whose
// peers are the participants of a Network. Mirrors program/OnlineProcess and peers/GroupPeers.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <string>

#include "bot/peers/session_hub.h"
#include "tests/support/seeded_entropy.h"
#include "tests/whole_program/network.h"

namespace ngcshare::test {

inline constexpr uint32_t kWithoutLink = kCapMulti | kCapWindow | kCapFragment;
inline constexpr uint32_t kWithLink = kWithoutLink | kLinkCapabilities;

class Process : public Participant, private PublicSender {
 public:
  struct Identity {
    Key key{};
    std::string nick;
    Role role = Role::kUser;
    uint32_t capabilities = kWithLink;
    uint64_t seed = 1;
  };

  // `network` must outlive the process.
  Process(Network& network, const Identity& who);
  ~Process() override;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const Identity& who() const { return who_; }
  SessionHub& hub() { return hub_; }

  // Enters the group. Called when all of the process is there.
  void enter() { network_.enter(who_.key, *this, who_.nick, who_.role); }
  // Says farewell and leaves, as at Ctrl-C, or leaves without a word. The process is to be
  // destroyed next.
  void end(bool orderly);

  // Does what follows each iteration of toxcore.
  void pump() { hub_.pump(); }
  // Runs everything that is ready now; returns whether there was anything. Aborts if there is no
  // end to it.
  bool run_ready();

  // Participant
  void on_join(const Key& who) override;
  void on_exit(const Key& who, bool for_good) override;
  void on_packet(const Key& from, PacketId id, bool is_public, Bytes body) override;
  void on_line(const Key& /*from*/, const ChatLine& /*line*/) override {}

 protected:
  // Says farewell for the part of the process beside the hub.
  virtual void say_farewell() {}

  Network& network() { return network_; }
  asio::io_context& loop() { return loop_; }
  Entropy& entropy() { return entropy_; }

 private:
  class GroupMember;

  // PublicSender
  SendResult send_public(const Key& chat_id, const Packet& packet) override;

  Network& network_;
  const Identity who_;
  SeededEntropy entropy_;
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  SessionHub hub_;
};

}  // namespace ngcshare::test
