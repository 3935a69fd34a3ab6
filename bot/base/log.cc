#include "bot/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>

#include "bot/base/json_text.h"

namespace ngcshare {
namespace {

// The event being written. spdlog's message has no room for its name and fields, so write_log()
// passes them to the sinks through this variable.
struct Current {
  const char* event = "";
  const LogFields* fields = nullptr;
};
Current current;

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

}  // namespace

void start_log(const std::string& level, bool as_json) {
  const auto errors = std::make_shared<spdlog::sinks::stderr_sink_st>();
  recent = std::make_shared<RecentSink>();
  const auto logger =
      std::make_shared<spdlog::logger>("ngcshare", spdlog::sinks_init_list{errors, recent});
  if (as_json) {
    errors->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    errors->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
  }
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(logger);
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
  const Current before = std::exchange(current, {event, &fields});
  spdlog::default_logger_raw()->log(level, filled_in(text, fields));
  current = before;
}

}  // namespace ngcshare
