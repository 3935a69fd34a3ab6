#include "bot/member/offer_news.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ngcshare {

void OfferNews::say(const nlohmann::json& event, const std::string& line) {
  if (line.empty() && !output_.as_json()) return;
  const auto text_of = [&event](const char* name) { return event.at(name).get<std::string>(); };
  const std::string& name = *names_.insert(text_of("event")).first;
  const LogLine news{spdlog::level::info, name.c_str(), line, {{"gateway", text_of("gateway")}}};
  if (limit_.admit(news, steady_now())) {
    output_.say(event, line);
  } else {
    sum_up_later();
  }
}

void OfferNews::sum_up_later() {
  if (std::exchange(sums_up_, true)) return;
  timer_.expires_after(kSummaryInterval);
  timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    sums_up_ = false;
    sum_up();
  });
}

void OfferNews::sum_up() {
  for (const auto& [last, lines] : limit_.take_held_back(steady_now())) {
    output_.say({{"event", "left_out"},
                 {"of", last.event},
                 {"events", lines},
                 {"gateway", last.fields.front().second}},
                last.message + (lines > 1 ? " (and " + std::to_string(lines - 1) +
                                                " more lines like it, which were left out)"
                                          : ""));
  }
}

}  // namespace ngcshare
