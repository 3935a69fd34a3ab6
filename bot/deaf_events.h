// Hears nothing of what happens in groups: for nodes that are in none, to be overridden in part.
#pragma once

#include <string>

#include "bot/tox_node.h"

namespace ngcshare {

class DeafEvents : public ToxEvents {
 public:
  void on_connection(Connection /*connection*/) override {}
  void on_self_join(GroupNumber /*group*/) override {}
  void on_join_failed(GroupNumber /*group*/, JoinFailure /*failure*/) override {}
  void on_peer_join(GroupNumber /*group*/, PeerNumber /*peer*/) override {}
  void on_peer_name(GroupNumber /*group*/, PeerNumber /*peer*/,
                    const std::string& /*nick*/) override {}
  void on_peer_exit(GroupNumber /*group*/, PeerNumber /*peer*/, bool /*for_good*/) override {}
  void on_group_message(GroupNumber /*group*/, PeerNumber /*peer*/,
                        const std::string& /*text*/) override {}
  void on_private_message(GroupNumber /*group*/, PeerNumber /*peer*/,
                          const std::string& /*text*/) override {}
  void on_friend_online(const Key& /*friend_key*/) override {}
  void on_group_invite(const Key& /*friend_key*/, Bytes /*invite*/) override {}
  void on_custom_packet(GroupNumber /*group*/, PeerNumber /*peer*/, bool /*is_public*/,
                        Bytes /*packet*/) override {}
};

}  // namespace ngcshare
