#include "bot/lookup/name_lookup.h"

#include <utility>
#include <vector>

namespace ngcshare {

NameLookup::NameLookup(asio::io_context& loop, std::chrono::milliseconds patience)
    : loop_(loop), service_(asio::use_service<NameService>(loop)), patience_(patience) {}

// The service owns `done`, and not this object, because `done` often owns this object.
void NameLookup::start(const std::string& host, Done done) {
  const size_t key = ++last_key_;
  const size_t number =
      service_.ask(host, [this, key, done = std::move(done)](const NameAnswer& answer) {
        requests_.erase(key);
        done(answer);
      });
  Request& request =
      requests_.emplace(key, Request{host, number, asio::steady_timer(loop_)}).first->second;
  request.timer.expires_after(patience_);
  request.timer.async_wait(
      [this, key, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
        if (!error && !alive.expired()) on_late(key);
      });
}

void NameLookup::on_late(size_t key) {
  const auto request = requests_.find(key);
  if (request == requests_.end()) return;
  const Done done = service_.take_back(request->second.host, request->second.number);
  done({{}, "no answer in time"});
}

void NameLookup::cancel() {
  std::vector<Done> ended;  // destroyed last, because one of them may own this object
  for (const auto& [key, request] : std::exchange(requests_, {})) {
    ended.push_back(service_.take_back(request.host, request.number));
  }
}

}  // namespace ngcshare
