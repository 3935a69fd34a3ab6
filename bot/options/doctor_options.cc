#include "bot/options/subcommand_options.h"
#include "bot/options/values.h"

namespace ngcshare {

DoctorOptions doctor_options(const GivenFlags& given, const Environment& environment,
                             Problems& problems) {
  DoctorOptions options;
  options.common = common_options(given, kGatewayFolder, environment, problems);
  if (!given.has("log-level")) options.common.log_level = "off";  // the findings replace the log
  options.shares = parse_shares(given.all("share"), problems);
  options.targets = parse_targets(given.all("allow-target"), problems);
  problems.collect([&] { options.timeout = timeout_of(given).value_or(options.timeout); });
  return options;
}

}  // namespace ngcshare
