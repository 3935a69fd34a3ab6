#include "bot/console/health.h"

#include <chrono>
#include <cstdio>

#include "bot/base/exit_codes.h"
#include "bot/base/printable.h"
#include "bot/control/client.h"

namespace ngcshare {
namespace {

constexpr std::chrono::seconds kPatience{5};

ControlAnswer ask(const HealthOptions& options) {
  try {
    return ControlClient(options.data_dir, kPatience).ask(HealthQuestion{options.ready});
  } catch (const std::runtime_error& error) {
    return {false, error.what()};
  }
}

}  // namespace

int run_health(const HealthOptions& options) {
  const ControlAnswer answer = ask(options);
  if (options.json) {
    std::printf("%s\n", encode(answer).c_str());
  } else {
    std::fprintf(answer.ok ? stdout : stderr, "ngcshare: %s\n", printable(answer.text).c_str());
  }
  return answer.ok ? kExitOk : kExitFailure;
}

}  // namespace ngcshare
