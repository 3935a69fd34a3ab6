#include "bot/report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace ngcshare {

void Report::say(const nlohmann::json& event, const std::string& line) const {
  const std::string text =
      as_json_ ? event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) : line;
  if (text.empty()) return;
  std::fputs(text.c_str(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace ngcshare
