#include "bot/doctor/finding.h"

#include <algorithm>

#include "bot/base/printable.h"

namespace ngcshare {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kNameColumn = 6;
constexpr size_t kTextColumn = 22;

std::string_view label(CheckState state) {
  return state == CheckState::kOk ? "OK" : state == CheckState::kWarn ? "WARN" : "FAIL";
}

std::string_view word(CheckState state) {
  return state == CheckState::kOk ? "ok" : state == CheckState::kWarn ? "warn" : "fail";
}

// Returns the number of characters, not bytes.
size_t width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Appends `text` to `line` and wraps it; further lines are indented.
std::string wrapped(std::string line, const std::string& text, size_t indent) {
  std::string lines;
  bool at_start = true;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string piece = text.substr(at, end - at);
    if (!at_start && width(line) + 1 + width(piece) > kColumns) {
      lines += line + "\n";
      line = std::string(indent, ' ');
      at_start = true;
    }
    line += (at_start ? "" : " ") + piece;
    at_start = false;
    at = end + 1;
  }
  return lines + line + "\n";
}

// Pads with spaces to the column, with at least one.
std::string padded(std::string text, size_t column) {
  do {
    text += ' ';
  } while (width(text) < column);
  return text;
}

std::string names(const Checks& checks, CheckState state) {
  std::string text;
  for (const Finding& check : checks) {
    if (check.state == state) text += (text.empty() ? "" : ", ") + printable(check.name);
  }
  return text;
}

}  // namespace

std::string render(const Finding& check) {
  std::string line = padded(std::string(label(check.state)), kNameColumn);
  line = padded(line + printable(check.name), kTextColumn);
  std::string text = wrapped(line, printable(check.finding), kTextColumn);
  if (!check.advice.empty()) {
    text +=
        wrapped(std::string(kTextColumn, ' ') + "-> ", printable(check.advice), kTextColumn + 3);
  }
  return text;
}

std::string render_verdict(const Checks& checks) { return "\n" + wrapped("", verdict(checks), 0); }

CheckState worst(const Checks& checks) {
  CheckState state = CheckState::kOk;
  for (const Finding& check : checks) state = std::max(state, check.state);
  return state;
}

std::string verdict(const Checks& checks) {
  const std::string failed = names(checks, CheckState::kFail);
  const std::string warned = names(checks, CheckState::kWarn);
  if (!failed.empty()) {
    return "Something is wrong: " + failed + (warned.empty() ? "" : ". Worth a look: " + warned) +
           ".";
  }
  return warned.empty() ? "All is well." : "It should work. Worth a look: " + warned + ".";
}

nlohmann::json to_json(const Checks& checks) {
  auto list = nlohmann::json::array();
  for (const Finding& check : checks) {
    nlohmann::json entry = {
        {"name", check.name}, {"state", word(check.state)}, {"finding", check.finding}};
    if (!check.advice.empty()) entry["advice"] = check.advice;
    if (!check.figures.empty()) entry["figures"] = check.figures;
    list.push_back(std::move(entry));
  }
  return {{"version", 1},
          {"state", word(worst(checks))},
          {"verdict", verdict(checks)},
          {"checks", std::move(list)}};
}

}  // namespace ngcshare
