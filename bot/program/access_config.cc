#include "bot/program/access_config.h"

namespace ngcshare {

Access::Config access_config(const RunOptions& options, const RunOptions& started,
                             std::optional<uint16_t> tox_port) {
  Access::Config config{.owners = options.owners,
                        .group_roles = options.group_roles,
                        .admin_ports = options.admin_ports};
  if (started.http) config.admin_ports.remove(started.http->address.port);
  if (tox_port) config.admin_ports.remove(*tox_port);
  config.admin_ports.remove(started.common.tox.tcp_relay_port);
  return config;
}

}  // namespace ngcshare
