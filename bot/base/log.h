// Writes the log: one line per event to standard error, as text or JSON. Keeps the last few hundred
// in memory for the status page and the log command.
//
// An event has a name, which is stable between versions (listed in OPERATIONS.md), and fields. Its
// text is made from the fields and may change:
//
//   log_info("peer.joined", "peer {peer} joined", Field{"peer", short_key(key)});
//   {"time":…,"level":"info","event":"peer.joined","message":"peer 1A2B… joined","peer":"1A2B…"}
//
// An event's first field says whom or what it is about. An event that comes often about the same
// one, or often at all, is held back and counted, so that nobody can fill a disk by causing it
// (log_limit.h). At the level debug everything is written.
//
// To be used from one thread.
#pragma once

#include <spdlog/spdlog.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/base/line_writer.h"
#include "bot/base/steady_time.h"

namespace ngcshare {

// REQUIRES: `level` is one of spdlog's names.
void start_log(const std::string& level, bool as_json,
               std::function<TimePoint()> clock = steady_now);
// Changes the level of the running log. REQUIRES: as start_log().
void set_log_level(const std::string& level);

// Writes a summary of the events that were held back since the last call: the latest of each kind,
// "and 312 more like it". To be called every kHeldBackInterval, and at the end.
inline constexpr std::chrono::seconds kHeldBackInterval{60};
void write_held_back_log();
// Returns the number of events held back since the log was started.
uint64_t held_back_log_lines();
// Returns the maker of the line that says how many lines of the log were lost. It may be called
// from any thread.
LineWriter::Lost lost_log_line();

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

// Returns the newest entries, latest first: at most kRecentLogEntries below warning and
// kRecentLogWarnings from warning up. Entries below the log level are not kept.
inline constexpr size_t kRecentLogEntries = 100;
inline constexpr size_t kRecentLogWarnings = 50;
std::vector<LogEntry> recent_log();

// Writes an event whose fields are already text. `{name}` in `text` becomes the field's value.
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
