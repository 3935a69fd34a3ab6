// The configuration of Access from the options of a gateway.
#pragma once

#include <cstdint>
#include <optional>

#include "bot/options/options.h"
#include "bot/people/access.h"

namespace ngcshare {

// The gateway's own ports are not for group admins, whatever the flag says. `started`: the options
// of the start, which decide on the own ports; `tox_port`: the udp port that toxcore has bound,
// which is one of its usual ones if no flag names it.
Access::Config access_config(const RunOptions& options, const RunOptions& started,
                             std::optional<uint16_t> tox_port);

}  // namespace ngcshare
