// Any bytes as the file of --env-file. Its variables can be written again and are then read equal.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bot/options/env_file.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {
namespace {

std::string written(const EnvFile& file) {
  std::string text = "# written again\r\n";
  for (const EnvFile::Variable& variable : file.variables) {
    text += " export " + variable.name + "=\"";
    for (const char c : variable.value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += "\"\n";
  }
  return text;
}

void check(std::string_view text) {
  const EnvFile file = parse_env_file(text);
  require(file.problems.size() <= EnvFile::kMostProblems);
  size_t line = 0;
  for (const EnvFile::Variable& variable : file.variables) {
    require(!variable.name.empty() && variable.line > line);
    line = variable.line;
    require(variable.value.find('\n') == std::string::npos);
  }
  const EnvFile again = parse_env_file(written(file));
  require(again.problems.empty() && again.variables.size() == file.variables.size());
  for (size_t i = 0; i < file.variables.size(); ++i) {
    require(again.variables[i].name == file.variables[i].name);
    require(again.variables[i].value == file.variables[i].value);
  }
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ngcshare::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
