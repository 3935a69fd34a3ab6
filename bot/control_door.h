// Runs commands from the control socket. Anybody who can open it owns the gateway, so commands
// run as owner, for all groups.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/commands.h"
#include "bot/control_protocol.h"

namespace ngcshare {

class ControlDoor {
 public:
  struct Ways {
    std::function<Answer(std::string_view line, const Asker&)> run;
    // Sends the text to one group, or to all (nullopt).
    std::function<void(const std::string& text, const std::optional<Key>& chat_id)> announce;
    std::function<std::vector<std::string>(const Asker&)> command_names;
    std::function<std::vector<std::string>()> service_names;
    std::function<ControlAnswer(const HealthQuestion&)> health;
    std::function<ControlAnswer()> status;
  };
  explicit ControlDoor(Ways ways);

  ControlAnswer on_request(const ControlRequest& request) const;
  // Runs a command as the owner of all groups. REQUIRES: only owners can use `door`.
  ControlAnswer run(std::string_view line, Door door) const;

 private:
  ControlAnswer complete(const std::string& line) const;

  const Ways ways_;
};

}  // namespace ngcshare
