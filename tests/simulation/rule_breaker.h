// A peer that breaks the rules in every way of which there has been a fault: limits, ids, ends and
// acknowledgements. It keeps no state but what it needs to be taken for one that keeps them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "protocol/link/packet.h"
#include "protocol/wire/packet.h"
#include "tests/simulation/sim_channel.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

class RuleBreaker {
 public:
  // All arguments must outlive it.
  RuleBreaker(SeededEntropy& chance, SimChannel& out)
      : chance_(chance), out_(out), epoch_(draw_msg_id(chance)) {}

  void receive(PacketId id, Bytes body);
  // Breaks some rule, or prepares to.
  void act();
  // Ends its streams as the protocol wants it, as many as the channel has room for, and
  // acknowledges everything from now on.
  void repent();

 private:
  struct Opened {
    uint64_t sent = 0;  // the highest offset
  };

  void greet(bool wrong_digests);
  // Returns the new stream's id, or 0 if there is no offer.
  MsgId open(bool early_bytes);
  void open_in_a_burst();
  void open_by_an_offers_id();
  void exceed_limits();
  void send_bytes();
  void leave_holes();
  void kill_as_closed();
  void finish_in_a_burst_and_never_acknowledge();
  void raise_limits_in_every_frame();
  void acknowledge_some();
  void acknowledge_what_was_never_sent();
  void offer_something();
  void send_noise();

  bool ready() const { return peer_epoch_ != 0; }
  MsgId random_id();
  Extension extension() const;
  void accept(MsgId id);
  SendResult send(const Packet& packet);
  template <typename Write>
  void send_link(const Write& write);
  void send_stream(MsgId id, uint64_t offset, size_t length, bool fin);
  void acknowledge(uint64_t begin, uint64_t end);

  SeededEntropy& chance_;
  SimChannel& out_;
  const uint32_t epoch_;
  uint32_t peer_epoch_ = 0;
  std::set<MsgId> offers_;  // for tcp
  std::map<MsgId, Opened> opened_;
  uint32_t next_packet_ = 0;
  uint32_t packets_heard_ = 0;  // one more than the highest number
  bool repents_ = false;
};

}  // namespace ngcshare::test
