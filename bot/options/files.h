// Reads the files that flags name. The functions throw UsageError, which names the flag and the
// file, the reason why it cannot be read and, if rights are missing, the file's owner.
#pragma once

#include <string>
#include <vector>

#include "bot/options/flags.h"
#include "bot/options/problems.h"
#include "bot/tox/boot_nodes.h"

namespace ngcshare {

// Larger files are refused, because no flag needs one.
inline constexpr size_t kMostFileBytes = size_t{1} << 20;

// Returns the file's content. `flag`, with its dashes, is named in the error.
std::string read_text_file(const std::string& path, const std::string& flag);

// Returns the secret in the file that the flag names, without the line ending that editors add, or
// an empty string if the flag is not given. Warns of a file that everybody can read. Error texts
// never contain the secret.
std::string read_secret(const GivenFlags& given, const std::string& flag, Problems& problems);

// Return the profile's passphrase and the group's password, validated; empty if not given.
std::string read_passphrase(const GivenFlags& given, Problems& problems);
std::string read_password(const GivenFlags& given, Problems& problems);

// Returns the boot nodes that the flags name, or else the built-in ones. Adds invalid ones to
// `problems`.
std::vector<BootstrapNode> read_bootstrap(const GivenFlags& given, Problems& problems);

}  // namespace ngcshare
