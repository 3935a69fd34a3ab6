#include "bot/doctor/doctor.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "bot/base/exit_codes.h"
#include "bot/base/output.h"
#include "bot/base/unix_time.h"
#include "bot/doctor/findings.h"
#include "bot/doctor/network_trial.h"
#include "bot/services/catalog.h"
#include "bot/services/records.h"

namespace ngcshare {
namespace {

// Returns the services to check: those given replace those of an earlier start, as with `run`.
std::vector<storage::ServiceRecord> services_of(const DoctorOptions& options,
                                                const std::optional<storage::Inspection>& stored) {
  std::vector<storage::ServiceRecord> services;
  if (stored) services = stored->services;
  if (options.shares.empty()) return services;
  std::erase_if(services, [&](const auto& service) {
    return service.declared ||
           std::any_of(options.shares.begin(), options.shares.end(),
                       [&](const ShareSpec& share) { return share.name == service.name; });
  });
  for (const ShareSpec& share : options.shares) {
    services.push_back(to_record(share, std::nullopt, std::nullopt));
  }
  return services;
}

// Uses a new identity without local discovery, so that nobody finds it in the local network, and
// beside a gateway other ports than the gateway's.
ToxConfig trial_config(const DoctorOptions& options, bool gateway_runs) {
  ToxConfig config = options.common.tox;
  config.local_discovery = false;
  if (gateway_runs) {
    config.udp_port = 0;
    config.tcp_relay_port = 0;
  }
  return config;
}

class Doctor {
 public:
  explicit Doctor(const DoctorOptions& options) : options_(options) {}

  int run() {
    add(check_program());
    for (Finding& check : check_system(options_.common.tox.insecure_toxcore)) add(std::move(check));
    const auto stored = look_at_folder();
    const auto services = services_of(options_, stored);
    NetworkTrial trial(options_, trial_config(options_, gateway_runs_), services);
    say_that_it_takes_time();
    trial.run();
    for (Finding& check : judge_network(trial.network())) add(std::move(check));
    for (const TargetFigures& target : trial.targets()) add(judge_target(target));
    if (services.size() > NetworkTrial::kMostServices) {
      add({.name = "shares",
           .finding = "only the first " + std::to_string(NetworkTrial::kMostServices) + " of " +
                      std::to_string(services.size()) + " services were checked"});
    }
    Output(options_.common.json).say(to_json(checks_), "");
    if (!options_.common.json) print(render_verdict(checks_));
    return worst(checks_) == CheckState::kFail ? kExitFailure : kExitOk;
  }

 private:
  static void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  void add(Finding check) {
    if (!options_.common.json) print(render(check));
    checks_.push_back(std::move(check));
  }

  // Returns the database's content if it can be read.
  std::optional<storage::Inspection> look_at_folder() {
    const auto& folder = options_.common.data_dir;
    Finding state = check_folder(folder);
    const bool usable = state.state != CheckState::kFail;
    add(std::move(state));
    if (!usable) return std::nullopt;
    GatewayLook gateway = check_gateway(folder);
    gateway_runs_ = gateway.runs;
    for (Finding& check : gateway.checks) add(std::move(check));
    Finding profile = check_profile(folder, options_.common.passphrase);
    DatabaseLook database = check_database(folder);
    blame_lost_half(folder, profile, database);
    add(std::move(profile));
    add(std::move(database.check));
    add(check_clock(folder, unix_seconds(),
                    database.content ? database.content->newest_audit : std::nullopt));
    return std::move(database.content);
  }

  void say_that_it_takes_time() const {
    if (options_.common.json || ::isatty(STDERR_FILENO) == 0) return;
    std::fprintf(stderr, "(checking the network, for at most %lld s)\n",
                 static_cast<long long>(options_.timeout.count()));
  }

  const DoctorOptions& options_;
  Checks checks_;
  bool gateway_runs_ = false;
};

}  // namespace

int run_doctor(const DoctorOptions& options) { return Doctor(options).run(); }

}  // namespace ngcshare
