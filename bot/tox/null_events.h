// Ignores all events of a Tox node; a derived class overrides the ones it needs.
#pragma once

#include <string>

#include "bot/tox/events.h"

namespace ngcshare {

class NullToxEvents : public ToxEvents {
 public:
  void on_connection(NetworkConnection /*connection*/) override {}
  void on_self_join(GroupNumber /*group*/) override {}
  void on_join_failed(GroupNumber /*group*/, JoinFailure /*failure*/) override {}
  void on_peer_join(GroupNumber /*group*/, PeerNumber /*peer*/) override {}
  void on_peer_name(GroupNumber /*group*/, PeerNumber /*peer*/,
                    const std::string& /*nick*/) override {}
  void on_peer_exit(GroupNumber /*group*/, PeerNumber /*peer*/, bool /*for_good*/) override {}
  void on_chat_line(GroupNumber /*group*/, PeerNumber /*peer*/, const ChatLine& /*line*/) override {
  }
  void on_friend_online(const Key& /*friend_key*/) override {}
  void on_friend_offline(const Key& /*friend_key*/) override {}
  void on_friend_request(const Key& /*stranger*/, Bytes /*message*/) override {}
  void on_group_invite(const Key& /*friend_key*/, Bytes /*invite*/) override {}
};

}  // namespace ngcshare
