// Prints what gateways cause: offers that come and go, and what follows from them. Anybody in the
// group can be a gateway and cause any number of events, so they are limited (log_limit.h), less if
// they are about a service that the user asked for; what is left out is counted, and summed up each
// minute.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "bot/base/log_limit.h"
#include "bot/base/output.h"
#include "bot/base/steady_time.h"

namespace ngcshare {

class OfferNews {
 public:
  // Twice the offers that a gateway may make are no flood: it may have been restarted.
  static constexpr LogLimit::Rates kRates{
      .subject_burst = 256, .subject_per_second = 0.1, .event_burst = 2048, .event_per_second = 1};
  // Of services that the user asked for: more than a member does for its gateways (OpeningBudget),
  // so that only what repeats without any effect is left out.
  static constexpr LogLimit::Rates kAskedRates{.subject_burst = 2048,
                                               .subject_per_second = 4,
                                               .event_burst = 16'384,
                                               .event_per_second = 32};
  static constexpr std::chrono::seconds kSummaryInterval{60};

  // `loop` and `output` must outlive this object.
  OfferNews(asio::io_context& loop, const Output& output, const LogLimit::Rates& rates = kRates)
      : output_(output), limit_(rates), timer_(loop) {}

  // Prints the event as JSON or else `line`; an empty line prints nothing. REQUIRES: the event has
  // the texts "event" and "gateway".
  void say(const nlohmann::json& event, const std::string& line);
  // Prints what was left out since the last time. Called by the timer.
  void sum_up();

 private:
  void sum_up_later();

  const Output& output_;
  LogLimit limit_;
  std::set<std::string> names_;  // of events; a LogLine points to one
  asio::basic_waitable_timer<ProgramClock> timer_;
  bool sums_up_ = false;  // the timer runs
};

}  // namespace ngcshare
