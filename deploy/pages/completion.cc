#include "deploy/pages/completion.h"

#include <map>

namespace ngcshare::pages {

FlagValue value_of(const Flag& flag) {
  static const std::map<std::string_view, std::vector<std::string>> choices = {
      {"congestion", {"bbr", "cubic"}},
      {"log-format", {"text", "json"}},
      {"log-level", {"trace", "debug", "info", "warn", "error", "off"}}};
  using Kind = FlagValue::Kind;
  if (flag.value.empty()) return {Kind::kNone};
  if (flag.value == "FILE") return {Kind::kFile};
  if (flag.value == "DIR") return {Kind::kFolder};
  const auto known = choices.find(flag.name);
  if (known == choices.end()) return {Kind::kAnything};
  return {Kind::kChoice, known->second};
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace ngcshare::pages
