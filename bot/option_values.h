// Reads one value of a flag or variable. Each function throws UsageError: what is wrong with the
// value, and what would work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/flags.h"
#include "bot/hex.h"
#include "bot/problems.h"
#include "bot/share_spec.h"
#include "bot/tox_node.h"

namespace ngcshare {

// 0: the flag is not given.
uint16_t port_of(const GivenFlags& given, std::string_view flag);

ToxConfig::Proxy parse_proxy(const std::string& url);

Key parse_chat_id(const std::string& text);

// `flag` with its dashes, for the error.
std::vector<uint8_t> parse_tox_id(const std::string& text, const std::string& flag);

// The flag's value, or `otherwise` when it is not given. REQUIRES: two choices or more.
std::string choice_of(const GivenFlags& given, const std::string& flag,
                      const std::vector<std::string>& choices, const std::string& otherwise);

// All services of --share. What is wrong with one is added to `problems`, the others are read.
std::vector<ShareSpec> parse_shares(const std::vector<std::string>& texts, Problems& problems);

}  // namespace ngcshare
