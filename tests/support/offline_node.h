// A Tox node without any network (no UDP, no discovery, no boot node) and a hub on it. Nothing is
// ever sent.
#pragma once

#include "bot/peers/session_hub.h"
#include "bot/tox/node.h"
#include "bot/tox/null_events.h"
#include "tests/support/loop_rig.h"

namespace ngcshare::test {

inline ToxConfig offline_config() {
  ToxConfig config;
  config.udp = false;
  config.local_discovery = false;
  return config;
}

struct OfflineNode : LoopRig {
  NullToxEvents events;
  ToxNode node{offline_config(), events};
  SessionHub hub{loop, entropy, {}};
};

}  // namespace ngcshare::test
