// What is said on the control socket: one JSON object a line, requests one way, answers the other.
//
//   {"version":1,"words":["share","my server","25565"]}   a command in words,
//   {"version":1,"command":"share 'my server' 25565"}     or as one line
//   {"version":1,"complete":"unsh"}                       what the last word here may become
//   {"version":1,"health":"live"}                         whether all is well: "live" or "ready"
//   {"version":1,"status":true}                           all that can be seen of the gateway
//   {"version":1,"ok":true,"text":"…"}                    an answer; "words" has what may be typed
//
// A request without a version is taken for one of version 1. Members that are unknown are ignored.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ngcshare {

inline constexpr int kControlVersion = 1;
// A request without its line end.
inline constexpr size_t kMaxControlRequestBytes = 16 * 1024;
// The text of an answer; the rest is cut off. JSON makes up to six bytes of one.
inline constexpr size_t kMaxControlTextBytes = 2 * 1024 * 1024;
inline constexpr size_t kMaxControlAnswerBytes = 6 * kMaxControlTextBytes + 64 * 1024;

struct CommandLine {
  std::string line;
  bool operator==(const CommandLine&) const = default;
};

struct CommandWords {
  std::vector<std::string> words;
  bool operator==(const CommandWords&) const = default;
};

struct CompletionOf {
  std::string line;  // up to the cursor
  bool operator==(const CompletionOf&) const = default;
};

// The answer is ok when the gateway is healthy, and says in one line why or why not. A live one
// answers at all; one that is ready is in the Tox network and in its groups.
struct HealthQuestion {
  bool ready = false;
  bool operator==(const HealthQuestion&) const = default;
};

// The text of the answer is the JSON of gateway_snapshot.h.
struct StatusQuestion {
  bool operator==(const StatusQuestion&) const = default;
};

using ControlRequest =
    std::variant<CommandLine, CommandWords, CompletionOf, HealthQuestion, StatusQuestion>;

struct ControlAnswer {
  bool ok = true;
  std::string text;
  std::vector<std::string> words{};  // only for CompletionOf
  bool operator==(const ControlAnswer&) const = default;
};

// One line each, without its end. Bytes that are no UTF-8 become U+FFFD.
std::string encode(const ControlRequest& request);
std::string encode(const ControlAnswer& answer);

// What is wrong with a request, for the answer to it.
struct ControlRequestError {
  std::string text;
};
std::variant<ControlRequest, ControlRequestError> decode_control_request(std::string_view line);

// nullopt: that is no answer of a version known here.
std::optional<ControlAnswer> decode_control_answer(std::string_view line);

}  // namespace ngcshare
