// The log: one line an event on standard error, for a person or as JSON, and the last few hundred
// in memory for whoever looks at the gateway.
//
// An event has a name that stays the same from version to version (OPERATIONS.md lists them) and
// fields; the text for a person is made of the fields and may change:
//
//   log_info("peer.joined", "peer {peer} joined", Field{"peer", short_key(key)});
//   {"time":…,"level":"info","event":"peer.joined","message":"peer 1A2B… joined","peer":"1A2B…"}
//
// One thread writes it.
#pragma once

#include <spdlog/spdlog.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ngcshare {

// REQUIRES: `level` is one of spdlog's names.
void start_log(const std::string& level, bool as_json);
// While the program runs. REQUIRES: the same.
void set_log_level(const std::string& level);

template <typename T>
struct Field {
  const char* name;
  T value;
};
template <typename T>
Field(const char*, T) -> Field<T>;

struct LogEntry {
  int64_t at = 0;  // unix seconds
  std::string_view level;
  std::string event;
  std::string message;
};

// The latest first: so many below warnings, and so many warnings and errors. Entries that the level
// leaves out are not there.
inline constexpr size_t kRecentLogEntries = 100;
inline constexpr size_t kRecentLogWarnings = 50;
std::vector<LogEntry> recent_log();

// What is the same whatever the fields are. `{name}` in the text becomes the field's value.
using LogFields = std::vector<std::pair<const char*, std::string>>;
void write_log(spdlog::level::level_enum level, const char* event, std::string_view text,
               const LogFields& fields);

template <typename... T>
void log_event(spdlog::level::level_enum level, const char* event, std::string_view text,
               const Field<T>&... fields) {
  if (!spdlog::should_log(level)) return;
  write_log(level, event, text, {{fields.name, fmt::format("{}", fields.value)}...});
}

template <typename... T>
void log_debug(const char* event, std::string_view text, const Field<T>&... fields) {
  log_event(spdlog::level::debug, event, text, fields...);
}
template <typename... T>
void log_info(const char* event, std::string_view text, const Field<T>&... fields) {
  log_event(spdlog::level::info, event, text, fields...);
}
template <typename... T>
void log_warn(const char* event, std::string_view text, const Field<T>&... fields) {
  log_event(spdlog::level::warn, event, text, fields...);
}
template <typename... T>
void log_error(const char* event, std::string_view text, const Field<T>&... fields) {
  log_event(spdlog::level::err, event, text, fields...);
}

}  // namespace ngcshare
