#include "bot/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>

#include "bot/base/json_text.h"
#include "bot/base/log_limit.h"
#include "bot/base/standard_streams.h"

namespace ngcshare {
namespace {

// The event being written. spdlog's message has no room for its name and fields, so write_line_of()
// passes them to the sinks through this variable. The writer of a lost line has one of its own.
struct Current {
  const char* event = "";
  const LogFields* fields = nullptr;
};
thread_local Current current;

std::string text_of(spdlog::string_view_t view) { return {view.data(), view.size()}; }

class JsonFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    nlohmann::ordered_json line = {
        {"time", std::chrono::duration<double>(message.time.time_since_epoch()).count()},
        {"level", text_of(spdlog::level::to_string_view(message.level))},
        {"event", current.event},
        {"message", text_of(message.payload)}};
    if (current.fields != nullptr) {
      for (const auto& [name, value] : *current.fields) line[name] = value;
    }
    const std::string text = to_text(line);
    out.append(text.data(), text.data() + text.size());
    out.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

class ErrorStreamSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    write_line(StandardStream::kError, {line.data(), line.size()});
  }
  void flush_() override {}
};

class RecentSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  // Merges both rings. Warnings have their own, so that the other lines of a busy member do not
  // push them out.
  std::vector<LogEntry> newest() const {
    std::vector<Numbered> all(entries_.begin(), entries_.end());
    all.insert(all.end(), warnings_.begin(), warnings_.end());
    std::sort(all.begin(), all.end(), [](const Numbered& left, const Numbered& right) {
      return left.number > right.number;
    });
    std::vector<LogEntry> entries;
    for (Numbered& one : all) entries.push_back(std::move(one.entry));
    return entries;
  }

 private:
  struct Numbered {
    uint64_t number = 0;
    LogEntry entry;
  };
  static constexpr size_t kMaxMessageBytes = 1000;

  void sink_it_(const spdlog::details::log_msg& message) override {
    const bool warns = message.level >= spdlog::level::warn;
    std::deque<Numbered>& ring = warns ? warnings_ : entries_;
    if (ring.size() >= (warns ? kRecentLogWarnings : kRecentLogEntries)) ring.pop_front();
    const auto since = message.time.time_since_epoch();
    const auto level = spdlog::level::to_string_view(message.level);
    ring.push_back({++last_number_,
                    {std::chrono::duration_cast<std::chrono::seconds>(since).count(),
                     std::string_view(level.data(), level.size()), current.event,
                     text_of(message.payload).substr(0, kMaxMessageBytes)}});
  }
  void flush_() override {}

  uint64_t last_number_ = 0;
  std::deque<Numbered> entries_;
  std::deque<Numbered> warnings_;
};

std::shared_ptr<RecentSink> recent;

// What start_log() sets up beside spdlog's logger.
struct LogSettings {
  bool as_json = false;
  std::function<TimePoint()> clock = steady_now;
  LogLimit limit;
};
LogSettings settings;

std::unique_ptr<spdlog::formatter> make_formatter(bool as_json) {
  if (as_json) return std::make_unique<JsonFormatter>();
  return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%d %H:%M:%S.%e %l: %v");
}

// Replaces each {name} with its field's value; a name that is no field stays unchanged.
std::string filled_in(std::string_view text, const LogFields& fields) {
  std::string message;
  while (!text.empty()) {
    const size_t open = text.find('{');
    message += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const std::string_view name = text.substr(1, text.find('}') - 1);
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (field == fields.end()) {
      message += '{';
      text.remove_prefix(1);
    } else {
      message += field->second;
      text.remove_prefix(name.size() + 2);
    }
  }
  return message;
}

void write_line_of(const LogLine& line) {
  const Current before = std::exchange(current, {line.event, &line.fields});
  spdlog::default_logger_raw()->log(line.level, line.message);
  current = before;
}

bool may_be_held_back(spdlog::level::level_enum level) {
  return level > spdlog::level::debug && !spdlog::should_log(spdlog::level::debug);
}

}  // namespace

void start_log(const std::string& level, bool as_json, std::function<TimePoint()> clock) {
  settings = {as_json, std::move(clock), {}};
  const auto errors = std::make_shared<ErrorStreamSink>();
  errors->set_formatter(make_formatter(as_json));
  recent = std::make_shared<RecentSink>();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("ngcshare", spdlog::sinks_init_list{errors, recent}));
  set_log_level(level);
}

void set_log_level(const std::string& level) {
  spdlog::default_logger()->set_level(spdlog::level::from_str(level));
}

std::vector<LogEntry> recent_log() {
  return recent == nullptr ? std::vector<LogEntry>() : recent->newest();
}

void write_log(spdlog::level::level_enum level, const char* event, std::string_view text,
               const LogFields& fields) {
  const LogLine line{level, event, filled_in(text, fields), fields};
  if (may_be_held_back(level) && !settings.limit.admit(line, settings.clock())) return;
  write_line_of(line);
}

void write_held_back_log() {
  for (auto& [line, lines] : settings.limit.take_held_back(settings.clock())) {
    if (lines > 1) {
      const std::string more = std::to_string(lines - 1);
      line.message += ", and " + more + " more like it";
      line.fields.emplace_back("more", more);
    }
    write_line_of(line);
  }
}

uint64_t held_back_log_lines() { return settings.limit.total(); }

LineWriter::Lost lost_log_line() {
  const std::shared_ptr<spdlog::formatter> formatter = make_formatter(settings.as_json);
  return [formatter](uint64_t lines) {
    const LogFields fields{{"lines", std::to_string(lines)}};
    const std::string text = filled_in(
        "{lines} lines of the log were lost, because nobody read them or they could not be written",
        fields);
    const Current before = std::exchange(current, {"log.lost", &fields});
    spdlog::memory_buf_t line;
    formatter->format({"ngcshare", spdlog::level::warn, text}, line);
    current = before;
    return std::string(line.data(), line.size());
  };
}

}  // namespace ngcshare
