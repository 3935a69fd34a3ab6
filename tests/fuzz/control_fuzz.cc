// Hostile lines on the control socket, to either side. Input: one byte that chooses the reader,
// then the line.
#include <cstdint>
#include <string>
#include <string_view>

#include "bot/base/printable.h"
#include "bot/base/words.h"
#include "bot/control/door.h"
#include "bot/control/protocol.h"
#include "protocol/base/text.h"
#include "tests/fuzz/byte_source.h"

namespace ngcshare::fuzz {
namespace {

std::vector<std::string> two_names() { return {"share", "my server"}; }

// Requires that a command, in words or as a line, runs as one line that has the same words.
void check_door(const ControlRequest& request) {
  const OwnerDoor owner({[&](std::string_view line, const Asker& asker) {
                           require(asker.level == Level::kOwner);
                           const auto* const words = std::get_if<CommandWords>(&request);
                           require(words == nullptr || split_words(line) == words->words);
                           return Answer{std::string(line), "", true};
                         },
                         [](const std::string&, const std::optional<Key>&) { require(false); },
                         [](const Asker&) { return two_names(); }});
  const ControlDoor door(owner, {two_names,
                                 [&](const HealthQuestion& question) {
                                   require(request == ControlRequest(question));
                                   return ControlAnswer{true, "live"};
                                 },
                                 [&] {
                                   require(std::holds_alternative<StatusQuestion>(request));
                                   return ControlAnswer{true, "{}"};
                                 }});
  const ControlAnswer answer = door.on_request(request);
  require(answer.ok && answer.words.size() <= 2);
}

void check_request(std::string_view line) {
  const auto decoded = decode_control_request(line);
  if (const auto* const error = std::get_if<ControlRequestError>(&decoded)) {
    return require(!error->text.empty() && is_printable_utf8(error->text));
  }
  const auto& request = std::get<ControlRequest>(decoded);
  const std::string again = encode(request);
  require(again.find('\n') == std::string::npos);
  const auto same = decode_control_request(again);
  require(std::holds_alternative<ControlRequest>(same));
  require(std::get<ControlRequest>(same) == request);
  check_door(request);
}

void check_answer(std::string_view line) {
  const auto answer = decode_control_answer(line);
  if (!answer) return;
  const std::string again = encode(*answer);
  require(again.find('\n') == std::string::npos && again.size() <= kMaxControlAnswerBytes);
  const auto same = decode_control_answer(again);
  require(same && same->ok == answer->ok && same->text == answer->text);
}

// A gateway's answer may say anything; it is text afterwards.
void check_text(std::string_view text) {
  const auto answer = decode_control_answer(encode(ControlAnswer{true, std::string(text)}));
  require(answer.has_value());
  const std::string shown = printable_lines(answer->text);
  for (size_t at = 0; at <= shown.size();) {
    const size_t end = std::min(shown.find('\n', at), shown.size());
    require(is_printable_utf8(std::string_view(shown).substr(at, end - at)));
    at = end + 1;
  }
}

void check(uint8_t choice, std::string_view line) {
  switch (choice % 3) {
    case 0:
      return check_request(line);
    case 1:
      return check_answer(line);
    default:
      return check_text(line);
  }
}

}  // namespace
}  // namespace ngcshare::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ngcshare::fuzz::check(data[0], {reinterpret_cast<const char*>(data + 1), size - 1});
  return 0;
}
