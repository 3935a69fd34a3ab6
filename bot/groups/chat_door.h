// Takes commands from the groups' chat and from private messages, and answers privately.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bot/base/chat_line.h"
#include "bot/base/present_person.h"
#include "bot/commands/commands.h"
#include "bot/groups/heard_lines.h"
#include "bot/people/seen_people.h"
#include "protocol/base/token_bucket.h"

namespace ngcshare {

class ChatDoor {
 public:
  // Each person may send 12 commands a minute, so that nobody can keep the bot busy. A person
  // who sends more is told so once and then not answered for kSilence.
  static constexpr double kCommandsPerSecond = 12.0 / 60;
  static constexpr double kCommandBurst = 12;
  static constexpr Duration kSilence = std::chrono::minutes(5);

  // An answer has at most this many messages; the last one counts the lines left out.
  static constexpr size_t kMostMessages = 32;

  // Both take one message of at most ToxNode::kMaxMessageBytes.
  struct Ways {
    // Sends it privately. Returns false if that failed.
    std::function<bool(const storage::Person& to, const std::string& text)> tell;
    // Sends it to the chat of one group, or (nullopt) of all.
    std::function<void(const std::optional<Key>& chat_id, const std::string& text)> say;
  };

  // The references must outlive the door.
  ChatDoor(Commands& commands, Access& access, SeenPeople& seen_people,
           std::function<int64_t()> unix_now, Ways ways);

  // Runs a line of chat that is a command: one with a prefix, or any line of a private message.
  // Ignores other bots of this kind, because two would answer each other for ever, and lines that
  // NGC plays back. A claim token that the group could read is void, whatever else the line says.
  void on_line(const PresentPerson& speaker, const ChatLine& line, TimePoint now);

  // Says something in the chat of one group, or (nullopt) of all.
  void announce(const std::string& text, const std::optional<Key>& chat_id);

 private:
  static constexpr size_t kMaxBudgets = 4096;
  struct Budget {
    TokenBucket commands{kCommandsPerSecond, kCommandBurst};
    std::optional<TimePoint> silent_until;
  };
  enum class Patience { kAnswer, kSayEnough, kSilent };

  bool void_claim_token(const PresentPerson& speaker, const std::string& text);
  Patience spend(const storage::Person& person, TimePoint now);
  bool is_for_another_bot(std::string_view line, std::string_view command) const;
  void answer(const Asker& asker, std::string_view line, const storage::Person& person);
  void reply(const storage::Person& person, const std::string& text);

  Commands& commands_;
  Access& access_;
  SeenPeople& seen_people_;
  const std::function<int64_t()> unix_now_;
  const Ways ways_;
  std::map<storage::Person, Budget> budgets_;
  HeardLines heard_;
};

// Takes a prefix ('/', '!' or "ngcshare:" in any case) off a line. Returns nullopt if there is
// none, or nothing after it: the line is not for the bot.
std::optional<std::string_view> strip_prefix(std::string_view line);

}  // namespace ngcshare
