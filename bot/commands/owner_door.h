// Runs commands that come through a door which only owners can use: the control socket and the
// status page.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/commands/commands.h"

namespace ngcshare {

class OwnerDoor {
 public:
  struct Ways {
    std::function<Answer(std::string_view line, const Asker&)> run;
    // Says a text in a group, or in all groups (nullopt).
    std::function<void(const std::string& text, const std::optional<Key>& chat_id)> announce;
    std::function<std::vector<std::string>(const Asker&)> command_names;
  };
  explicit OwnerDoor(Ways ways);

  // Runs a command at the highest level, for all groups; announces and logs it. A storage error
  // becomes a refusal. REQUIRES: only owners can use `door`.
  Answer run(std::string_view line, Door door) const;

  // Returns the names of the commands that may be run there.
  std::vector<std::string> command_names(Door door) const;

 private:
  const Ways ways_;
};

}  // namespace ngcshare
