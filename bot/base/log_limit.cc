#include "bot/base/log_limit.h"

#include <iterator>

namespace ngcshare {
namespace {

void hold_back(LogLimit::HeldBack& held, const LogLine& line, uint64_t lines) {
  held.last = line;
  held.lines += lines;
}

}  // namespace

bool LogLimit::admit(const LogLine& line, TimePoint now) {
  Counted& all = event(line.event);
  Counted* const one = subject(line, now);
  const bool within_subject = one == nullptr || one->rate.take(now);
  if (within_subject && all.rate.take(now)) return true;
  ++total_;
  hold_back(within_subject ? all.held : one->held, line, 1);
  return false;
}

std::vector<LogLimit::HeldBack> LogLimit::take_held_back(TimePoint now) {
  std::vector<HeldBack> summaries;
  for (auto& [key, one] : subjects_) {
    if (one.held.lines == 0) continue;
    HeldBack held = std::exchange(one.held, {});
    Counted& all = event(held.last.event);
    if (all.rate.take(now)) {
      summaries.push_back(std::move(held));
    } else {
      hold_back(all.held, held.last, held.lines);
    }
  }
  for (auto& [name, all] : events_) {
    if (all.held.lines > 0) summaries.push_back(std::exchange(all.held, {}));
  }
  forget_idle_subjects(now);
  return summaries;
}

LogLimit::Counted& LogLimit::event(const char* name) {
  return events_.try_emplace(name, rates_.event_per_second, rates_.event_burst).first->second;
}

// Returns nullptr when there are too many; the rate of the event counts for the others.
LogLimit::Counted* LogLimit::subject(const LogLine& line, TimePoint now) {
  if (line.fields.empty()) return nullptr;
  const Subject key{line.event, line.fields.front().second.substr(0, kMaxSubjectBytes)};
  const auto found = subjects_.find(key);
  if (found != subjects_.end()) return &found->second;
  if (subjects_.size() >= kMaxSubjects && now - forgot_at_ >= kForgetInterval) {
    forget_idle_subjects(now);
  }
  if (subjects_.size() >= kMaxSubjects) return nullptr;
  return &subjects_.try_emplace(key, rates_.subject_per_second, rates_.subject_burst).first->second;
}

void LogLimit::forget_idle_subjects(TimePoint now) {
  forgot_at_ = now;
  for (auto at = subjects_.begin(); at != subjects_.end();) {
    Counted& one = at->second;
    const bool idle = one.held.lines == 0 && one.rate.level(now) >= rates_.subject_burst;
    at = idle ? subjects_.erase(at) : std::next(at);
  }
}

}  // namespace ngcshare
