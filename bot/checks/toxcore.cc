#include "bot/checks/toxcore.h"

#include "bot/base/exit_codes.h"

namespace ngcshare {

void check_toxcore(const Options& options, const ToxcoreCopy& copy, Problems& problems) {
  const bool goes_online = std::holds_alternative<RunOptions>(options) ||
                           std::holds_alternative<ConnectOptions>(options) ||
                           std::holds_alternative<NodeOptions>(options);
  if (!goes_online) return;
  const std::string reason = reason_to_refuse(copy, common_of(options).tox.insecure_toxcore);
  if (!reason.empty()) problems.add(reason, kExitFailure);
}

}  // namespace ngcshare
