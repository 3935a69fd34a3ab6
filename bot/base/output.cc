#include "bot/base/output.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "bot/base/json_text.h"

namespace ngcshare {

void Output::say(const nlohmann::json& event, const std::string& line) const {
  const std::string text = as_json_ ? to_text(event) : line;
  if (text.empty()) return;
  std::fputs(text.c_str(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace ngcshare
