#include "bot/base/output.h"

#include <nlohmann/json.hpp>

#include "bot/base/json_text.h"

namespace ngcshare {

void Output::say(const nlohmann::json& event, const std::string& line) const {
  const std::string text = as_json_ ? to_text(event) : line;
  if (text.empty()) return;
  std::fputs(text.c_str(), file_);
  std::fputc('\n', file_);
  std::fflush(file_);
}

}  // namespace ngcshare
