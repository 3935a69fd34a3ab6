// The result of one check of `ngcshare doctor`, and its text and JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ngcshare {

enum class CheckState { kOk, kWarn, kFail };

struct Finding {
  std::string name;  // a word or two
  CheckState state = CheckState::kOk;
  std::string finding = {};                           // one sentence, without its full stop
  std::string advice = {};                            // what to do about it; empty if kOk
  nlohmann::json figures = nlohmann::json::object();  // measurements, for programs
};

using Checks = std::vector<Finding>;

// Returns the check as lines for a person, each with its newline, of at most 80 columns if the
// words fit.
std::string render(const Finding& check);
// Returns an empty line and the verdict() in lines of at most 80 columns.
std::string render_verdict(const Checks& checks);
// Returns one or two sentences about all checks, naming those that are not kOk.
std::string verdict(const Checks& checks);
// {"version":1,"state":"fail","verdict":"…","checks":[{"name":"…","state":"ok","finding":"…",…}]}
nlohmann::json to_json(const Checks& checks);
// Returns the state of the worst check.
CheckState worst(const Checks& checks);

}  // namespace ngcshare
