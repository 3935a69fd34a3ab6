// Decides which events of the log are written, so that nobody can fill a disk by causing them. Each
// event has a rate for each subject (a person, a service) and one for all subjects together; what
// exceeds them is held back and counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bot/base/log.h"
#include "protocol/base/clock.h"
#include "protocol/base/token_bucket.h"

namespace ngcshare {

struct LogLine {
  spdlog::level::level_enum level = spdlog::level::info;
  const char* event = "";
  std::string message;
  LogFields fields;  // the first one names the subject
};

class LogLimit {
 public:
  // By default, one event is written at most 86,600 times a day (some 10 MB), about one subject
  // 8,660 times.
  struct Rates {
    double subject_burst = 20;
    double subject_per_second = 0.1;
    double event_burst = 200;
    double event_per_second = 1;
  };
  static constexpr size_t kMaxSubjects = 1000;
  static constexpr size_t kMaxSubjectBytes = 64;
  static constexpr std::chrono::seconds kForgetInterval{1};

  struct HeldBack {
    LogLine last;
    uint64_t lines = 0;  // with the last one
  };

  LogLimit() = default;
  explicit LogLimit(const Rates& rates) : rates_(rates) {}

  // Returns true if the line may be written. Otherwise counts it and keeps it as the latest one
  // that was held back.
  bool admit(const LogLine& line, TimePoint now);

  // Returns a summary of what was held back since the last call. The summaries of subjects count
  // against the rate of their event; those above it are part of the event's own.
  std::vector<HeldBack> take_held_back(TimePoint now);

  // Returns the number of lines held back so far.
  uint64_t total() const { return total_; }

 private:
  struct Counted {
    Counted(double per_second, double burst) : rate(per_second, burst) {}

    TokenBucket rate;
    HeldBack held;
  };
  using Subject = std::pair<std::string, std::string>;  // event, and value of the first field

  Counted& event(const char* name);
  Counted* subject(const LogLine& line, TimePoint now);
  void forget_idle_subjects(TimePoint now);

  Rates rates_;
  std::map<std::string, Counted> events_;
  std::map<Subject, Counted> subjects_;
  TimePoint forgot_at_{};
  uint64_t total_ = 0;
};

}  // namespace ngcshare
