// What a stranger sends to do harm: packets that mean something to the other side, in the wrong
// order, with lies in them, over and over, or damaged.
#pragma once

#include "tests/whole_program/choices.h"
#include "tests/whole_program/stranger.h"

namespace ngcshare::test {

class HostilePeer {
 public:
  // `choices` must outlive it.
  explicit HostilePeer(Choices& choices) : choices_(choices) {}

  // Does one thing to another participant.
  void act(Stranger& stranger, const Key& victim);

 private:
  void change_manner(Stranger& stranger);
  void make_offer(Stranger& stranger, const Key& victim);
  Offer changed(Offer offer);
  void use_offer(Stranger& stranger, const Key& victim);
  void end_something(Stranger& stranger, const Key& victim);
  void send_data(Stranger& stranger, const Key& victim);
  void send_hello(Stranger& stranger, const Key& victim);
  void repeat(Stranger& stranger, const Key& victim);
  void flood(Stranger& stranger, const Key& victim);
  void talk(Stranger& stranger);

  MsgId id(Stranger& stranger, const Key& victim);
  MsgId own_id();
  TransportSet transports();
  uint32_t capabilities();
  std::string name();

  Choices& choices_;
};

}  // namespace ngcshare::test
