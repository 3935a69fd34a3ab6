// Output for the user on standard output: lines for a person, or one JSON object per line for a
// program. The log is separate and goes to standard error.
#pragma once

#include <cstdio>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ngcshare {

class Output {
 public:
  // `file` is standard output but for tests; it must outlive this object.
  explicit Output(bool as_json, std::FILE* file = stdout) : as_json_(as_json), file_(file) {}

  // Prints `event` as JSON or else `line`, and flushes. An empty `line` prints nothing.
  void say(const nlohmann::json& event, const std::string& line) const;

  bool as_json() const { return as_json_; }

 private:
  bool as_json_;
  std::FILE* file_;
};

}  // namespace ngcshare
