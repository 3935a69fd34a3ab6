// Takes commands from the group's chat and from private messages, and answers privately.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "bot/commands.h"
#include "bot/tox_node.h"
#include "protocol/token_bucket.h"

namespace ngcshare {

class ChatDoor {
 public:
  // `owners` are group public keys whose holders may do everything. All outlive the door.
  ChatDoor(ToxNode& node, const Commands& commands, std::set<Key> owners);

  // A line of chat; one that is not for the bot is left alone. In a private message the prefix may
  // be absent.
  void on_message(GroupNumber group, PeerNumber peer, bool is_private, const std::string& text,
                  TimePoint now);

 private:
  Level level_of(GroupNumber group, PeerNumber peer, const Key& key) const;
  void reply(GroupNumber group, PeerNumber peer, const std::string& text);

  // 12 commands a minute from each person, so that nobody keeps the bot talking.
  static constexpr double kCommandsPerSecond = 12.0 / 60;
  static constexpr double kCommandBurst = 12;
  static constexpr size_t kMaxBudgets = 4096;

  ToxNode& node_;
  const Commands& commands_;
  std::set<Key> owners_;
  std::map<Key, TokenBucket> budgets_;
};

}  // namespace ngcshare
