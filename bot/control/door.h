// Runs commands from the control socket. Anybody who can open it owns the gateway, so commands
// run as owner, for all groups.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/commands/owner_door.h"
#include "bot/control/protocol.h"

namespace ngcshare {

class ControlDoor {
 public:
  struct Ways {
    std::function<std::vector<std::string>()> service_names;
    std::function<ControlAnswer(const HealthQuestion&)> health;
    std::function<ControlAnswer()> status;
  };
  // `owner` must outlive the door.
  ControlDoor(const OwnerDoor& owner, Ways ways);

  ControlAnswer on_request(const ControlRequest& request) const;

 private:
  ControlAnswer run(std::string_view line) const;
  ControlAnswer complete(const std::string& line) const;

  const OwnerDoor& owner_;
  const Ways ways_;
};

}  // namespace ngcshare
