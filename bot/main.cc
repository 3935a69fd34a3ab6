#include <sodium.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bot/base/exit_codes.h"
#include "bot/base/log.h"
#include "bot/base/port_in_use.h"
#include "bot/base/unix_time.h"
#include "bot/checks/preflight.h"
#include "bot/checks/toxcore.h"
#include "bot/console/backup.h"
#include "bot/console/ctl.h"
#include "bot/console/health.h"
#include "bot/console/status.h"
#include "bot/control/client.h"
#include "bot/doctor/doctor.h"
#include "bot/options/options.h"
#include "bot/process/core_dumps.h"
#include "bot/process/descriptors.h"
#include "bot/program/run_gateway.h"
#include "bot/program/run_member.h"
#include "bot/program/run_node.h"
#include "bot/tox/profile_cipher.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

int complain(const char* what, int exit_code) {
  std::fprintf(stderr, "ngcshare: %s\n", what);
  return exit_code;
}

int start(const Options& options, const std::vector<std::string>& warnings) {
  if (const auto* print = std::get_if<PrintOptions>(&options)) {
    std::fputs(print->text.c_str(), stdout);
    return kExitOk;
  }
  if (const auto* ctl = std::get_if<CtlOptions>(&options)) return run_ctl(*ctl);
  if (const auto* status = std::get_if<StatusOptions>(&options)) return run_status(*status);
  if (const auto* health = std::get_if<HealthOptions>(&options)) return run_health(*health);
  const CommonOptions& common = common_of(options);
  start_log(common.log_level, common.log_json);
  for (const std::string& warning : warnings)
    log_warn("configuration.doubtful", "{problem}", Field{"problem", warning});
  if (const auto* run = std::get_if<RunOptions>(&options)) return run_gateway(*run);
  if (const auto* connect = std::get_if<ConnectOptions>(&options)) return run_member(*connect);
  if (const auto* doctor = std::get_if<DoctorOptions>(&options)) return run_doctor(*doctor);
  if (const auto* backup = std::get_if<BackupOptions>(&options)) return run_backup(*backup);
  if (const auto* restore = std::get_if<RestoreOptions>(&options)) return run_restore(*restore);
  return run_node(std::get<NodeOptions>(options));
}

// Checks the configuration and its surroundings before anything starts.
int start_if_good(const std::vector<std::string>& arguments) {
  ReadOptions read = read_options(arguments, process_environment());
  check_toxcore(read.options, linked_toxcore(), read.problems);
  if (const auto* run = std::get_if<RunOptions>(&read.options)) {
    check_before_start(*run, unix_seconds(), read.problems);
    if (run->check) return report_check(read.problems, run->common.json);
  }
  for (const std::string& problem : read.problems.errors()) complain(problem.c_str(), 0);
  if (!read.problems.empty()) return read.problems.exit_code();
  return start(read.options, read.problems.warnings());
}

int guarded_main(int argc, char** argv) {
  try {
    // Saves a system call for each packet's nonce.
    randombytes_set_implementation(&randombytes_internal_implementation);
    if (sodium_init() < 0) return complain("libsodium cannot be started", kExitFailure);
    umask(S_IRWXG | S_IRWXO);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is like a full disk
    raise_descriptor_limit();
    forbid_core_dumps();
    return start_if_good({argv + 1, argv + argc});
  } catch (const storage::StorageError& error) {
    return complain(error.what(), kExitDataFolder);
  } catch (const ProfileError& error) {
    return complain(error.what(), kExitDataFolder);
  } catch (const NotRunningError& error) {
    return complain(error.what(), kExitNotRunning);
  } catch (const PortInUseError& error) {
    return complain(error.what(), kExitPortInUse);
  } catch (const std::exception& error) {
    return complain(error.what(), kExitFailure);
  }
}

}  // namespace
}  // namespace ngcshare

int main(int argc, char** argv) { return ngcshare::guarded_main(argc, argv); }
