// The peers of a MixedWorld, for its own sources: each with the gateway's side of its connection.
#pragma once

#include <set>

#include "tests/simulation/mixed_world.h"

namespace ngcshare::test {

// The gateway's side of a connection, and the two channels.
struct MixedWorld::Pair {
  Pair(MixedWorld& world, Bottleneck* up, const SimPeer::Manner& manner,
       const SimChannel::Receiver& remote)
      : to_peer(world.queue_, world.chance_, remote),
        to_gateway(world.queue_, world.chance_,
                   [this](PacketId id, Bytes body) { gateway.receive(id, body); }),
        gateway(world.queue_, world.chance_, to_peer, manner) {
    to_peer.set_bottleneck(&world.down_);
    to_gateway.set_bottleneck(up);
    gateway.share(kTcpService, 80);
    gateway.share(kUdpService, 81, Transport::kUdp);
  }

  SimChannel to_peer;
  SimChannel to_gateway;
  SimPeer gateway;
};

struct MixedWorld::Member {
  Member(MixedWorld& world, const SimPeer::Manner& at_gateway, const SimPeer::Manner& manner)
      : pair(world, &world.up_, at_gateway,
             [this](PacketId id, Bytes body) { peer.receive(id, body); }),
        peer(world.queue_, world.chance_, pair.to_gateway, manner) {}

  Pair pair;
  SimPeer peer;
  std::set<MsgId> paused;
};

struct MixedWorld::Stranger {
  static constexpr double kBytesPerSecond = 10e6;  // that it may send

  Stranger(MixedWorld& world, const SimPeer::Manner& at_gateway)
      : uplink(kBytesPerSecond, 100ms),
        pair(world, &uplink, at_gateway,
             [this](PacketId id, Bytes body) { breaker.receive(id, body); }),
        breaker(world.chance_, pair.to_gateway) {}

  Bottleneck uplink;
  Pair pair;
  RuleBreaker breaker;
};

}  // namespace ngcshare::test
