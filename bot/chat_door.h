// Takes commands from the group's chat and from private messages, and answers privately.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "bot/commands.h"
#include "bot/seen_people.h"
#include "bot/session_hub.h"
#include "bot/tox_node.h"
#include "protocol/token_bucket.h"

namespace ngcshare {

class ChatDoor {
 public:
  // 12 commands a minute from each person, so that nobody keeps the bot talking. Whoever sends more
  // hears that once and then nothing for a while.
  static constexpr double kCommandsPerSecond = 12.0 / 60;
  static constexpr double kCommandBurst = 12;
  static constexpr Duration kSilence = std::chrono::minutes(5);

  // An answer has at most so many messages. What is left out is counted.
  static constexpr size_t kMostMessages = 32;

  // All outlive the door.
  ChatDoor(ToxNode& node, SessionHub& hub, Commands& commands, const Access& access,
           SeenPeople& people, std::function<int64_t()> unix_now);

  // A line of chat; one that is not for the bot is left alone. In a private message the prefix may
  // be absent. Other bots of this kind are not answered: two would talk for ever.
  void on_message(GroupNumber group, PeerNumber peer, bool is_private, const std::string& text,
                  TimePoint now);

  // Says something in one group, or in all.
  void announce(const std::string& text, const std::optional<Key>& chat_id);

 private:
  static constexpr size_t kMaxBudgets = 4096;
  struct Budget {
    TokenBucket commands{kCommandsPerSecond, kCommandBurst};
    std::optional<TimePoint> silent_until;
  };
  enum class Patience { kAnswer, kSayEnough, kSilent };

  Patience spend(const storage::Person& person, TimePoint now);
  bool is_bot(const storage::Person& person);
  void answer(GroupNumber group, PeerNumber peer, const Asker& asker, std::string_view line);
  void announce_in(GroupNumber group, const std::string& text);
  void reply(GroupNumber group, PeerNumber peer, const std::string& text);

  ToxNode& node_;
  SessionHub& hub_;
  Commands& commands_;
  const Access& access_;
  SeenPeople& people_;
  const std::function<int64_t()> unix_now_;
  std::map<storage::Person, Budget> budgets_;
};

}  // namespace ngcshare
