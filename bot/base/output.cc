#include "bot/base/output.h"

#include <nlohmann/json.hpp>

#include "bot/base/json_text.h"
#include "bot/base/standard_streams.h"

namespace ngcshare {

Output::Output(bool as_json)
    : Output(as_json,
             [](std::string line) { write_line(StandardStream::kOutput, std::move(line)); }) {}

void Output::say(const nlohmann::json& event, const std::string& line) const {
  const std::string text = as_json_ ? to_text(event) : line;
  if (!text.empty()) write_(text + '\n');
}

LineWriter::Lost Output::lost_line() const {
  return [as_json = as_json_](uint64_t lines) {
    const nlohmann::json event{{"event", "lines_lost"}, {"lines", lines}};
    return (as_json ? to_text(event) : std::to_string(lines) + " lines were lost") + '\n';
  };
}

}  // namespace ngcshare
