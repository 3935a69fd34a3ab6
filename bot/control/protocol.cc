#include "bot/control/protocol.h"

#include <nlohmann/json.hpp>

#include "bot/base/json_text.h"

namespace ngcshare {
namespace {

using nlohmann::json;

constexpr std::string_view kCutMark = "\n(cut here)";
constexpr size_t kMaxCompletions = 256;

json to_members(const CommandLine& request) { return {{"command", request.line}}; }
json to_members(const CommandWords& request) { return {{"words", request.words}}; }
json to_members(const CompletionOf& request) { return {{"complete", request.line}}; }
json to_members(const HealthQuestion& request) {
  return {{"health", request.ready ? "ready" : "live"}};
}
json to_members(const StatusQuestion& /*request*/) { return {{"status", true}}; }

std::variant<ControlRequest, ControlRequestError> decode_health(const json& what) {
  if (what == "live") return HealthQuestion{false};
  if (what == "ready") return HealthQuestion{true};
  return ControlRequestError{"health must be live or ready"};
}

bool has_other_version(const json& message) {
  const auto version = message.find("version");
  return version != message.end() && *version != kControlVersion;
}

std::optional<std::vector<std::string>> strings_of(const json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> strings;
  for (const json& item : list) {
    if (!item.is_string()) return std::nullopt;
    strings.push_back(item.get<std::string>());
  }
  return strings;
}

// Returns at most `limit` bytes, cutting no UTF-8 sequence.
std::string_view cut(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace

std::string encode(const ControlRequest& request) {
  json message = std::visit([](const auto& kind) { return to_members(kind); }, request);
  message["version"] = kControlVersion;
  return to_text(message);
}

std::string encode(const ControlAnswer& answer) {
  json message = {{"version", kControlVersion}, {"ok", answer.ok}};
  message["text"] =
      answer.text.size() <= kMaxControlTextBytes
          ? answer.text
          : std::string(cut(answer.text, kMaxControlTextBytes - kCutMark.size())).append(kCutMark);
  if (!answer.words.empty()) {
    const size_t count = std::min(answer.words.size(), kMaxCompletions);
    message["words"] = std::vector(answer.words.begin(),
                                   answer.words.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return to_text(message);
}

std::variant<ControlRequest, ControlRequestError> decode_control_request(std::string_view line) {
  const json message = json::parse(line, nullptr, false);
  if (!message.is_object())
    return ControlRequestError{"a request must be one JSON object per line"};
  if (has_other_version(message)) {
    return ControlRequestError{"this gateway speaks version " + std::to_string(kControlVersion) +
                               " of the control protocol"};
  }
  const auto command = message.find("command");
  const auto words = message.find("words");
  const auto complete = message.find("complete");
  const auto health = message.find("health");
  const auto status = message.find("status");
  const auto end = message.end();
  if ((command != end) + (words != end) + (complete != end) + (health != end) + (status != end) !=
      1) {
    return ControlRequestError{
        "a request must have exactly one of command, words, complete, health and status"};
  }
  if (status != end) {
    if (*status != true) return ControlRequestError{"status must be true"};
    return StatusQuestion{};
  }
  if (health != end) return decode_health(*health);
  if (words != end) {
    auto list = strings_of(*words);
    if (!list) return ControlRequestError{"words must be a list of strings"};
    return CommandWords{std::move(*list)};
  }
  const json& text = command != end ? *command : *complete;
  if (!text.is_string()) return ControlRequestError{"command and complete must be strings"};
  if (command != end) return CommandLine{text.get<std::string>()};
  return CompletionOf{text.get<std::string>()};
}

std::optional<ControlAnswer> decode_control_answer(std::string_view line) {
  const json message = json::parse(line, nullptr, false);
  if (!message.is_object() || has_other_version(message)) return std::nullopt;
  const auto ok = message.find("ok");
  const auto text = message.find("text");
  if (ok == message.end() || !ok->is_boolean()) return std::nullopt;
  if (text == message.end() || !text->is_string()) return std::nullopt;
  ControlAnswer answer{ok->get<bool>(), text->get<std::string>()};
  if (const auto words = message.find("words"); words != message.end()) {
    auto list = strings_of(*words);
    if (!list) return std::nullopt;
    answer.words = std::move(*list);
  }
  return answer;
}

}  // namespace ngcshare
