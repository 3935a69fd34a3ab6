// The surroundings of a ControlSender: a contact, a peer that knows the extension on request, and a
// link that is not made.
#pragma once

#include "protocol/session/control_sender.h"
#include "tests/protocol/session/fakes.h"

namespace ngcshare::test {

class NoLinkOwner : public LinkOwner {
 public:
  void on_link_work() override {}
  void on_control(PacketId /*id*/, Bytes /*body*/, TimePoint /*now*/) override {}
  bool is_over(MsgId /*stream*/) const override { return false; }
  void on_readable(MsgId /*stream*/, TimePoint /*now*/) override {}
  void on_writable(MsgId /*stream*/, TimePoint /*now*/) override {}
  void on_stream_error(MsgId /*stream*/, StreamError /*error*/, TimePoint /*now*/) override {}
};

struct SenderWorld {
  // The peer has sent an extension and a Hello.
  void introduce_peer() {
    peer.learn(kCapMulti | kCapWindow);
    peer.note_hello(0);
  }

  TimePoint now{std::chrono::hours(1)};
  FakeContact contact;
  NoLinkOwner owner;
  RemotePeer peer{1, kCapMulti | kCapWindow, now};
  PeerLink link{contact, owner, {}};
  Alarm alarm;
  ControlSender control{contact, peer, link, alarm};
};

}  // namespace ngcshare::test
