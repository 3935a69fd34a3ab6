// Output for the user on standard output: lines for a person, or one JSON object per line for a
// program. The log is separate and goes to standard error.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>

#include "bot/base/line_writer.h"

namespace ngcshare {

class Output {
 public:
  // Takes a line, which ends with a newline.
  using Write = std::function<void(std::string line)>;

  explicit Output(bool as_json);
  // Hands the lines to `write` instead of printing them.
  Output(bool as_json, Write write) : as_json_(as_json), write_(std::move(write)) {}

  // Prints `event` as JSON or else `line`. An empty `line` prints nothing.
  void say(const nlohmann::json& event, const std::string& line) const;

  // Returns the maker of the line that says how many lines of output were lost.
  LineWriter::Lost lost_line() const;

  bool as_json() const { return as_json_; }

 private:
  bool as_json_;
  Write write_;
};

}  // namespace ngcshare
