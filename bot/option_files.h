// Reading the files that flags name. Each function throws UsageError, which names the flag and the
// file, says why it can't be read and, where rights are missing, whose the file is.
#pragma once

#include <string>
#include <vector>

#include "bot/bootstrap_nodes.h"
#include "bot/flags.h"
#include "bot/problems.h"

namespace ngcshare {

// Larger files are refused: none that a flag names needs it.
inline constexpr size_t kMostFileBytes = size_t{1} << 20;

// `flag` with its dashes, for the error.
std::string read_text_file(const std::string& path, const std::string& flag);

// The content of the file that the flag names, which is a secret, without the line's end that
// editors add; empty when the flag is not given. A file that everybody may read is warned of. The
// content is never shown.
std::string read_secret(const GivenFlags& given, const std::string& flag, Problems& problems);

// The passphrase of the profile and the password of a group, checked; empty when not given.
std::string read_passphrase(const GivenFlags& given, Problems& problems);
std::string read_password(const GivenFlags& given, Problems& problems);

// All boot nodes that the flags name, or the built-in ones. What is wrong is added to `problems`.
std::vector<BootstrapNode> read_bootstrap(const GivenFlags& given, Problems& problems);

}  // namespace ngcshare
