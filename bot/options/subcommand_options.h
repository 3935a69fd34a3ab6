// Makes each subcommand's options from the flags given. Adds all errors to `problems` and leaves
// the options concerned at their defaults.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

inline constexpr const char* kGatewayFolder = "ngcshare";

// Returns --data-dir, or `folder` in the user's data directory (XDG_DATA_HOME).
std::filesystem::path data_dir_of(const GivenFlags& given, const std::string& folder,
                                  const Environment& environment, Problems& problems);

// `folder`: the data folder's name if --data-dir is not given. Leaves `source` empty.
CommonOptions common_options(const GivenFlags& given, const std::string& folder,
                             const Environment& environment, Problems& problems);

RunOptions run_options(const GivenFlags& given, const Environment& environment, Problems& problems);
ConnectOptions connect_options(const GivenFlags& given, const Environment& environment,
                               Problems& problems);
DoctorOptions doctor_options(const GivenFlags& given, const Environment& environment,
                             Problems& problems);

}  // namespace ngcshare
