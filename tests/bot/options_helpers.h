// The command line as tests give it: words and an environment, without the real one.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "bot/options.h"

namespace ngcshare::test {

using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

inline const std::string kChatId = std::string(60, '0') + "ABCD";

inline Options parse(const Arguments& arguments, const Variables& variables = {}) {
  Variables all = variables;
  all.try_emplace("HOME", "/home/somebody");
  return parse_options(arguments, [&](const std::string& name) -> const char* {
    const auto found = all.find(name);
    return found == all.end() ? nullptr : found->second.c_str();
  });
}

inline RunOptions parse_run(Arguments flags, const Variables& variables = {}) {
  flags.insert(flags.begin(), "run");
  return std::get<RunOptions>(parse(flags, variables));
}

inline ConnectOptions parse_connect(Arguments flags, const Variables& variables = {}) {
  flags.insert(flags.begin(), {"connect", kChatId});
  return std::get<ConnectOptions>(parse(flags, variables));
}

// The message of the UsageError; empty when there was none.
inline std::string usage_error(const Arguments& arguments, const Variables& variables = {}) {
  try {
    parse(arguments, variables);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace ngcshare::test
