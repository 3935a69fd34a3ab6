// One thing that `ngcshare doctor` has looked at, and showing what it has found.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ngcshare {

enum class CheckState { kOk, kWarn, kFail };

struct Check {
  std::string name;  // a word or two
  CheckState state = CheckState::kOk;
  std::string finding = {};                           // one sentence, without its full stop
  std::string advice = {};                            // what to do about it; empty where it is kOk
  nlohmann::json figures = nlohmann::json::object();  // what was measured, for programs
};

using Checks = std::vector<Check>;

// For a person, in lines of at most 80 columns where words allow it, each with its end.
std::string render(const Check& check);
// The verdict() in lines of at most 80 columns, below an empty one.
std::string render_verdict(const Checks& checks);
// One or two sentences about all of them, with the names of those that are not well.
std::string verdict(const Checks& checks);
// {"version":1,"state":"fail","verdict":"…","checks":[{"name":"…","state":"ok","finding":"…",…}]}
nlohmann::json to_json(const Checks& checks);
// That of the worst one.
CheckState worst(const Checks& checks);

}  // namespace ngcshare
