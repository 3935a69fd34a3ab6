// Parses single values of flags and variables. The functions throw UsageError, which says what is
// wrong and what would be valid.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/key.h"
#include "bot/options/flags.h"
#include "bot/options/problems.h"
#include "bot/services/share_syntax.h"
#include "bot/services/target_policy.h"
#include "bot/tox/node.h"

namespace ngcshare {

// Returns the port, or 0 if the flag is not given.
uint16_t port_of(const GivenFlags& given, std::string_view flag);

ToxConfig::Proxy parse_proxy(const std::string& url);

Key parse_chat_id(const std::string& text);

// Returns the 38 bytes of a Tox ID, whose checksum is verified. `flag`, with its dashes, is named
// in the error.
std::vector<uint8_t> parse_tox_id(const std::string& text, const std::string& flag);

// Returns the flag's value, or `otherwise` if it is not given. REQUIRES: at least two choices.
std::string choice_of(const GivenFlags& given, const std::string& flag,
                      const std::vector<std::string>& choices, const std::string& otherwise);

// Returns --timeout, or nullopt if it is not given.
std::optional<std::chrono::seconds> timeout_of(const GivenFlags& given);

// Parses all of --allow-target. Adds invalid ones to `problems` and keeps the others.
TargetPolicy parse_targets(const std::vector<std::string>& texts, Problems& problems);

// Parses all of --share. Adds invalid ones to `problems` and keeps the others.
std::vector<ShareSpec> parse_shares(const std::vector<std::string>& texts, Problems& problems);

}  // namespace ngcshare
