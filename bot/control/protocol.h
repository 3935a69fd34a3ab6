// The messages of the control socket: one JSON object per line, requests one way, answers the
// other.
//
//   {"version":1,"words":["share","my server","25565"]}   a command in words,
//   {"version":1,"command":"share 'my server' 25565"}     or as one line
//   {"version":1,"complete":"unsh"}                       completions of the last word
//   {"version":1,"health":"live"}                         health, "live" or "ready"
//   {"version":1,"status":true}                           the gateway's state
//   {"version":1,"ok":true,"text":"…"}                    an answer; "words": completions
//
// A request without a version counts as version 1. Unknown members are ignored.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ngcshare {

inline constexpr int kControlVersion = 1;
// The largest request, without its newline.
inline constexpr size_t kMaxControlRequestBytes = 16 * 1024;
// The largest text of an answer; the rest is cut off. JSON escaping can take six bytes for one.
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

// Answered with ok if the gateway is healthy, and one line that says why or why not. "live" means
// that it answers at all, "ready" that it is in the Tox network and in all its groups.
struct HealthQuestion {
  bool ready = false;
  bool operator==(const HealthQuestion&) const = default;
};

// Answered with the JSON of status/snapshot.h as text.
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

// Return one line without its newline. Invalid UTF-8 becomes U+FFFD.
std::string encode(const ControlRequest& request);
std::string encode(const ControlAnswer& answer);

// The error in a request, sent as its answer.
struct ControlRequestError {
  std::string text;
};
std::variant<ControlRequest, ControlRequestError> decode_control_request(std::string_view line);

// Returns nullopt if `line` is not an answer of a known version.
std::optional<ControlAnswer> decode_control_answer(std::string_view line);

}  // namespace ngcshare
