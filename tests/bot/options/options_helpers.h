// The command line as tests give it: words and an environment, without the real one.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "bot/options/options.h"

namespace ngcshare::test {

using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

inline const std::string kChatId = std::string(60, '0') + "ABCD";

inline Options parse(const Arguments& arguments, const Variables& variables = {}) {
  Variables all = variables;
  all.try_emplace("HOME", "/home/somebody");
  ReadOptions read = read_options(arguments, all);
  std::string text;
  for (const std::string& problem : read.problems.errors()) {
    text += (text.empty() ? "" : "\n") + problem;
  }
  if (!text.empty()) throw UsageError(text);
  return std::move(read.options);
}

inline RunOptions parse_run(Arguments flags, const Variables& variables = {}) {
  flags.insert(flags.begin(), "run");
  return std::get<RunOptions>(parse(flags, variables));
}

inline ConnectOptions parse_connect(Arguments flags, const Variables& variables = {}) {
  flags.insert(flags.begin(), {"connect", kChatId});
  return std::get<ConnectOptions>(parse(flags, variables));
}

// Returns the problems, one line each, or an empty text if there are none.
inline std::string usage_error(const Arguments& arguments, const Variables& variables = {}) {
  try {
    parse(arguments, variables);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

// Returns the text that the program prints and does nothing else, or "".
inline std::string printed(const Arguments& arguments) {
  const Options options = parse(arguments);
  const auto* print = std::get_if<PrintOptions>(&options);
  return print == nullptr ? "" : print->text;
}

}  // namespace ngcshare::test
