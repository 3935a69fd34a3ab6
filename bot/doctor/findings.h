// The checks of `ngcshare doctor`. judge_…() turns figures into a Finding and touches nothing; the
// others inspect this machine first, without changing it. nullopt and empty lists: nothing to
// check.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bot/doctor/finding.h"
#include "bot/doctor/nat_guess.h"
#include "bot/doctor/network_trial.h"
#include "bot/tox/toxcore_copy.h"
#include "storage/folder/inspection.h"

namespace ngcshare {

// -- the program and what the system grants it ------------------------------------------
Finding check_program();
// `accepted`: --insecure-toxcore is given.
Finding judge_toxcore(const ToxcoreCopy& copy, bool accepted);
Finding judge_descriptors(uint64_t granted);
Finding judge_buffers(uint64_t receive_bytes, uint64_t send_bytes);
Checks check_system(bool insecure_toxcore);  // all of these

// -- the data folder --------------------------------------------------------------------
Finding check_folder(const std::filesystem::path& folder);
Finding judge_space(uint64_t free_bytes);
Finding check_profile(const std::filesystem::path& folder, const std::string& passphrase);

struct DatabaseLook {
  Finding check;
  std::optional<storage::Inspection> content;  // nullopt: missing or unreadable
};
DatabaseLook check_database(const std::filesystem::path& folder);

// Turns the finding about the profile or the database into a failure if that one is lost.
void blame_lost_half(const std::filesystem::path& folder, Finding& profile, DatabaseLook& database);

// Checks that nothing on this machine was written later than its clock says. `now` and
// `newest_audit` are unix seconds.
Finding check_clock(const std::filesystem::path& folder, int64_t now,
                    std::optional<int64_t> newest_audit);

// -- a gateway that runs on the folder --------------------------------------------------
struct GatewayLook {
  bool runs = false;
  Checks checks;
};
GatewayLook check_gateway(const std::filesystem::path& folder);
// `process` names the gateway's process; `status` is the JSON of status/snapshot.h, or any other.
Checks judge_gateway(const std::string& process, const nlohmann::json& status);

// These return nullopt if the settings or an earlier failure leave nothing to report.
std::optional<Finding> judge_names(const NetworkFigures& figures);
std::optional<Finding> judge_udp(const NetworkFigures& figures);
std::optional<Finding> judge_tcp(const NetworkFigures& figures);
Finding judge_tox(const NetworkFigures& figures);
std::optional<Finding> judge_nat(const NetworkFigures& figures, const NatGuess& guess);
Checks judge_network(const NetworkFigures& figures);  // all of these

// -- the services' targets --------------------------------------------------------------
Finding judge_target(const TargetFigures& figures);

}  // namespace ngcshare
