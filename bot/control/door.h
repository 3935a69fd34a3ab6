// Answers the requests of the control socket: commands, completions, health and status. Anybody who
// can open the socket owns the gateway, so commands run as owner, for all groups.
//
// A request comes from ControlClient through ControlServer (the file, who may connect) and
// ControlConnection (one request at a time), and commands go on to OwnerDoor and Commands.
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
