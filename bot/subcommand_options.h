// The options of each subcommand, made of what was given. All problems are added to `problems`;
// what they concern keeps its default.
#pragma once

#include "bot/options.h"

namespace ngcshare {

inline constexpr const char* kGatewayFolder = "ngcshare";

// --data-dir, or that folder where programs of this user keep data.
std::filesystem::path data_dir_of(const GivenFlags& given, const std::string& folder,
                                  const Environment& environment, Problems& problems);

// `folder` names the data folder where --data-dir does not. The source is left empty.
CommonOptions common_options(const GivenFlags& given, const std::string& folder,
                             const Environment& environment, Problems& problems);

RunOptions run_options(const GivenFlags& given, const Environment& environment, Problems& problems);
ConnectOptions connect_options(const GivenFlags& given, const Environment& environment,
                               Problems& problems);

}  // namespace ngcshare
